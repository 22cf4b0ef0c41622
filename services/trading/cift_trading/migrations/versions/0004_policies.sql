-- What the venue does where two orders of the account would trade with each other.
ALTER TABLE trading.accounts
    ADD COLUMN self_trade_prevention text NOT NULL DEFAULT 'CANCEL_NEWEST' CHECK (self_trade_prevention IN
        ('NONE', 'CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'DECREMENT'));

CREATE TYPE trading.account_policy AS (account_id uuid, self_trade_prevention text);
-- What an order that is held takes over of the order that it depends on.
CREATE TYPE trading.changed_leg_terms AS (order_id uuid, time_in_force text, expires_at timestamptz);

CREATE FUNCTION trading.set_account_policies(given trading.account_policy[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(given) > 0 THEN
        UPDATE trading.accounts a SET self_trade_prevention = g.self_trade_prevention
        FROM unnest(given) g WHERE a.account_id = g.account_id;
    END IF;
END $$;

CREATE FUNCTION trading.change_leg_terms(given trading.changed_leg_terms[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(given) > 0 THEN
        UPDATE trading.orders o SET time_in_force = g.time_in_force, expires_at = g.expires_at
        FROM unnest(given) g WHERE o.order_id = g.order_id;
    END IF;
END $$;
