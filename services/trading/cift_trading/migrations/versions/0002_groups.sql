-- Groups of orders. Only adds: the functions of 0001 stay as they are, for the release before and for simple orders.

ALTER TABLE trading.orders
    ADD COLUMN order_class text NOT NULL DEFAULT 'SIMPLE' CHECK (order_class IN ('SIMPLE', 'BRACKET', 'OCO', 'OTO')),
    ADD COLUMN role text NOT NULL DEFAULT 'NONE' CHECK (role IN ('NONE', 'ENTRY', 'TAKE_PROFIT', 'STOP_LOSS')),
    -- The first order of the group.
    ADD COLUMN group_id uuid,
    ADD COLUMN take_profit_limit_price numeric(19, 9) CHECK (take_profit_limit_price > 0),
    ADD COLUMN stop_loss_stop_price numeric(19, 9) CHECK (stop_loss_stop_price > 0),
    ADD COLUMN stop_loss_limit_price numeric(19, 9) CHECK (stop_loss_limit_price > 0),
    -- When the market reached the price of a stop loss that was held.
    ADD COLUMN triggered_at timestamptz,
    ADD CONSTRAINT orders_role_in_group CHECK ((role = 'NONE') = (group_id IS NULL)),
    DROP CONSTRAINT orders_status_check,
    ADD CONSTRAINT orders_status_check CHECK (status IN ('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'FILLED',
        'PENDING_CANCEL', 'CANCELED', 'PENDING_REPLACE', 'REPLACED', 'REJECTED', 'EXPIRED', 'HELD'));

CREATE INDEX orders_of_group ON trading.orders (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX orders_open_or_held ON trading.orders (order_id)
    WHERE status IN ('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'HELD');
DROP INDEX trading.orders_open;

-- What an order of a group has beside; prices and quantities come as nanos.
CREATE TYPE trading.grouped_order AS (
    order_id uuid, group_id uuid, role text, order_class text, take_profit_limit_price bigint,
    stop_loss_stop_price bigint, stop_loss_limit_price bigint, triggered_at timestamptz
);
-- What only an order that was held can change.
CREATE TYPE trading.changed_leg AS (order_id uuid, quantity bigint, decision bytea, triggered_at timestamptz);

-- Orders that no venue has: they go into no outbox.
CREATE FUNCTION trading.insert_held(given trading.new_order[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO trading.orders (order_id, account_id, client_order_id, symbol, side, type, time_in_force, quantity,
        limit_price, stop_price, strategy, status, submitted_at, updated_at, replaces, decision)
    SELECT order_id, account_id, client_order_id, symbol, side, type, time_in_force, trading.decimal(quantity),
        trading.decimal(limit_price), trading.decimal(stop_price), strategy, 'HELD', submitted_at, submitted_at,
        replaces, decision
    FROM unnest(given);
    INSERT INTO trading.events (account_id, order_id, kind, payload)
    SELECT account_id, order_id, 'SUBMITTED', payload FROM unnest(given);
END $$;

CREATE FUNCTION trading.set_groups(given trading.grouped_order[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE trading.orders o SET
        group_id = g.group_id, role = g.role, order_class = g.order_class,
        take_profit_limit_price = trading.decimal(g.take_profit_limit_price),
        stop_loss_stop_price = trading.decimal(g.stop_loss_stop_price),
        stop_loss_limit_price = trading.decimal(g.stop_loss_limit_price), triggered_at = g.triggered_at
    FROM unnest(given) g WHERE o.order_id = g.order_id;
END $$;

-- As insert_orders, with the legs of the groups among them; legs of an order that was not stored are not stored either.
CREATE FUNCTION trading.insert_orders(
    given trading.new_order[], legs trading.new_order[], grouped trading.grouped_order[]
) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    refused uuid[] := trading.insert_orders(given);
    stored trading.grouped_order[];
BEGIN
    IF cardinality(grouped) > 0 THEN
        stored := ARRAY(SELECT g FROM unnest(grouped) g WHERE g.group_id <> ALL (refused));
        PERFORM trading.insert_held(ARRAY(
            SELECT l FROM unnest(legs) l WHERE l.order_id IN (SELECT order_id FROM unnest(stored))));
        PERFORM trading.set_groups(stored);
    END IF;
    RETURN refused;
END $$;

-- As apply_changes, with what groups have beside.
CREATE FUNCTION trading.apply_changes(
    orders_added trading.new_order[], orders_changed trading.changed_order[],
    executions_added trading.new_execution[], positions_changed trading.changed_position[],
    accounts_changed trading.changed_account[], lines_added trading.new_line[], events_added trading.new_event[],
    messages_added trading.new_message[], held_added trading.new_order[], grouped trading.grouped_order[],
    legs_changed trading.changed_leg[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(held_added) > 0 THEN
        PERFORM trading.insert_held(held_added);
    END IF;
    PERFORM trading.apply_changes(orders_added, orders_changed, executions_added, positions_changed, accounts_changed,
        lines_added, events_added, messages_added);
    IF cardinality(grouped) > 0 THEN
        PERFORM trading.set_groups(grouped);
    END IF;
    IF cardinality(legs_changed) > 0 THEN
        UPDATE trading.orders o SET quantity = c.quantity * 0.000000001, decision = c.decision,
            triggered_at = c.triggered_at
        FROM unnest(legs_changed) c WHERE o.order_id = c.order_id;
    END IF;
END $$;
