-- One row: the version that every change counts up, and the limits that the platform file last declared.
CREATE TABLE risk.policy (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    version bigint NOT NULL,
    declared_limits jsonb
);
INSERT INTO risk.policy (version) VALUES (0);

-- The defaults have neither account nor symbol. NULL: as the level above.
CREATE TABLE risk.limits (
    account_id text NOT NULL DEFAULT '',
    symbol text NOT NULL DEFAULT '',
    max_order_quantity numeric(27, 9) CHECK (max_order_quantity > 0),
    max_order_notional numeric(27, 9) CHECK (max_order_notional > 0),
    price_collar_bp integer CHECK (price_collar_bp > 0),
    max_position_quantity numeric(27, 9) CHECK (max_position_quantity > 0),
    max_position_notional numeric(27, 9) CHECK (max_position_notional > 0),
    max_gross_exposure numeric(27, 9) CHECK (max_gross_exposure > 0),
    max_net_exposure numeric(27, 9) CHECK (max_net_exposure > 0),
    max_open_orders integer CHECK (max_open_orders > 0),
    max_order_rate_per_second integer CHECK (max_order_rate_per_second > 0),
    order_rate_burst integer CHECK (order_rate_burst > 0),
    max_daily_loss numeric(27, 9) CHECK (max_daily_loss > 0),
    duplicate_window_ms integer CHECK (duplicate_window_ms >= 0),
    max_price_age_ms integer CHECK (max_price_age_ms > 0),
    PRIMARY KEY (account_id, symbol)
);

CREATE TABLE risk.restriction (
    account_id text NOT NULL,
    symbol text NOT NULL,
    reason text NOT NULL,
    close_only boolean NOT NULL,
    PRIMARY KEY (account_id, symbol)
);

CREATE TABLE risk.halt (
    scope text NOT NULL CHECK (scope IN ('platform', 'account', 'symbol')),
    key text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE risk.change_log (
    version bigint PRIMARY KEY,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    kind text NOT NULL,
    detail jsonb NOT NULL
);

CREATE FUNCTION risk.refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'risk.change_log is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.change_log
    FOR EACH STATEMENT EXECUTE FUNCTION risk.refuse_rewrite();

CREATE TABLE risk.breach (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL,
    symbol text NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX breach_of_account ON risk.breach (account_id, id DESC);
