-- Orders, executions, positions, cash, ledger, audit trail, outbox.
--
-- The hot tables carry no foreign keys: their rows come from one writer that holds the whole state, each key check would
-- cost a row lock per order, and CheckLedger proves what they would.

CREATE TABLE trading.accounts (
    account_id       uuid PRIMARY KEY,
    number           bigint GENERATED ALWAYS AS IDENTITY (START WITH 100000001) UNIQUE,
    currency         text NOT NULL DEFAULT 'USD',
    cash             numeric(38, 9) NOT NULL,
    multiplier       integer NOT NULL CHECK (multiplier BETWEEN 1 AND 100),
    shorting_enabled boolean NOT NULL,
    suspended        boolean NOT NULL DEFAULT false,
    -- What it was worth when `day` began.
    last_equity      numeric(38, 9) NOT NULL,
    day              date NOT NULL,
    sequence         bigint NOT NULL DEFAULT 0,
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE trading.orders (
    order_id         uuid PRIMARY KEY,
    account_id       uuid NOT NULL,
    client_order_id  text NOT NULL,
    symbol           text NOT NULL,
    side             text NOT NULL CHECK (side IN ('BUY', 'SELL')),
    type             text NOT NULL CHECK (type IN ('MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP')),
    time_in_force    text NOT NULL CHECK (time_in_force IN ('DAY', 'GTC', 'OPG', 'IOC', 'FOK', 'GTD', 'CLS')),
    quantity         numeric(19, 9) NOT NULL CHECK (quantity > 0),
    limit_price      numeric(19, 9) CHECK (limit_price > 0),
    stop_price       numeric(19, 9) CHECK (stop_price > 0),
    trail_price      numeric(19, 9) CHECK (trail_price > 0),
    trail_percent_bp integer CHECK (trail_percent_bp > 0),
    expires_at       timestamptz,
    extended_hours   boolean NOT NULL DEFAULT false,
    strategy         text NOT NULL DEFAULT '',
    status           text NOT NULL CHECK (status IN ('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'FILLED',
                        'PENDING_CANCEL', 'CANCELED', 'PENDING_REPLACE', 'REPLACED', 'REJECTED', 'EXPIRED')),
    acknowledged     boolean NOT NULL DEFAULT false,
    filled_quantity  numeric(19, 9) NOT NULL DEFAULT 0,
    -- The sum of quantity × price over its fills, exact.
    filled_value     numeric(38, 18) NOT NULL DEFAULT 0,
    reason           text NOT NULL DEFAULT '',
    submitted_at     timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    filled_at        timestamptz,
    canceled_at      timestamptz,
    expired_at       timestamptz,
    failed_at        timestamptz,
    replaced_at      timestamptz,
    replaces         uuid,
    replaced_by      uuid,
    replacement      uuid,
    -- cift.trading.v1.RiskDecision
    decision         bytea NOT NULL,
    version          integer NOT NULL DEFAULT 1,
    UNIQUE (account_id, client_order_id)
) WITH (fillfactor = 70);
CREATE INDEX orders_of_account ON trading.orders (account_id, submitted_at);
CREATE INDEX orders_open ON trading.orders (order_id)
    WHERE status IN ('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'PENDING_REPLACE');

-- The inbox as well: an execution whose id is here has had its effect.
CREATE TABLE trading.executions (
    execution_id text PRIMARY KEY,
    order_id     uuid NOT NULL,
    account_id   uuid NOT NULL,
    symbol       text NOT NULL,
    broker       text NOT NULL,
    sequence     bigint NOT NULL,
    type         text NOT NULL,
    price        numeric(19, 9),
    quantity     numeric(19, 9),
    reason       text NOT NULL DEFAULT '',
    occurred_at  timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX executions_of_order ON trading.executions (order_id);

-- Executions of orders that are not ours; kept, so that nothing that a venue said is lost.
CREATE TABLE trading.unmatched_executions (
    execution_id text PRIMARY KEY,
    order_id     text NOT NULL,
    -- cift.execution.v1.OrderExecution
    payload      bytea NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE trading.positions (
    account_id   uuid NOT NULL,
    symbol       text NOT NULL,
    quantity     numeric(19, 9) NOT NULL,
    cost_basis   numeric(38, 9) NOT NULL,
    realized_pnl numeric(38, 9) NOT NULL,
    version      bigint NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, symbol)
) WITH (fillfactor = 50);

CREATE TABLE trading.ledger (
    line_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id text NOT NULL,
    account_id     uuid NOT NULL,
    book           text NOT NULL CHECK (book IN ('customer', 'clearing', 'external', 'fees')),
    -- A currency or a symbol.
    asset          text NOT NULL,
    amount         numeric(38, 9) NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The audit trail. `position` is the order of writing, `xid` tells the sealer what can still be missing before it.
CREATE TABLE trading.events (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    account_id  uuid NOT NULL,
    order_id    uuid,
    -- Of the account, without gaps; only what the account is told has one.
    sequence    bigint,
    kind        text NOT NULL,
    -- A message of cift.trading.v1: OrderNew or OrderReplace for SUBMITTED, Account for ACCOUNT_*, else AccountUpdate.
    payload     bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX events_by_xid ON trading.events (xid);
CREATE UNIQUE INDEX events_of_account ON trading.events (account_id, sequence) WHERE sequence IS NOT NULL;

CREATE TABLE trading.audit_seals (
    sequence bigint PRIMARY KEY,
    position bigint NOT NULL UNIQUE,
    hash     bytea NOT NULL
);
CREATE TABLE trading.audit_checkpoints (
    sequence     bigint PRIMARY KEY,
    hash         bytea NOT NULL,
    signed_at_ns bigint NOT NULL,
    signature    bytea NOT NULL
);
-- Every event of a transaction before `horizon` is sealed.
CREATE TABLE trading.audit_sealer (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    horizon  xid8 NOT NULL
);
INSERT INTO trading.audit_sealer (horizon) VALUES ('0');

CREATE FUNCTION trading.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trading.events
    FOR EACH STATEMENT EXECUTE FUNCTION trading.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trading.audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION trading.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trading.audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION trading.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trading.ledger
    FOR EACH STATEMENT EXECUTE FUNCTION trading.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON trading.events, trading.audit_seals, trading.audit_checkpoints, trading.ledger
    FROM PUBLIC;

CREATE TABLE trading.outbox (
    id         uuid PRIMARY KEY,
    position   bigint GENERATED ALWAYS AS IDENTITY,
    subject    text NOT NULL,
    payload    bytea NOT NULL,
    headers    jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What an account was worth; a point only where it differs from the one before.
CREATE TABLE trading.equity (
    account_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    equity     numeric(38, 9) NOT NULL,
    PRIMARY KEY (account_id, at)
);

-- What the service sends: whole groups, one call each. Prices and quantities come as nanos.

CREATE FUNCTION trading.decimal(nanos bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT nullif(nanos, 0) * 0.000000001 $$;

CREATE TYPE trading.new_order AS (
    order_id uuid, account_id uuid, client_order_id text, symbol text, side text, type text, time_in_force text,
    quantity bigint, limit_price bigint, stop_price bigint, trail_price bigint, trail_percent_bp integer,
    expires_at timestamptz, extended_hours boolean, strategy text, submitted_at timestamptz, replaces uuid,
    decision bytea, payload bytea, subject text, headers text
);
CREATE TYPE trading.changed_order AS (
    order_id uuid, from_version integer, version integer, status text, acknowledged boolean, filled_quantity bigint,
    filled_value numeric, reason text, updated_at timestamptz, filled_at timestamptz, canceled_at timestamptz,
    expired_at timestamptz, failed_at timestamptz, replaced_at timestamptz, replaced_by uuid, replacement uuid
);
CREATE TYPE trading.new_execution AS (
    execution_id text, order_id uuid, account_id uuid, symbol text, broker text, sequence bigint, type text,
    price bigint, quantity bigint, reason text, occurred_at timestamptz
);
CREATE TYPE trading.changed_position AS (
    account_id uuid, symbol text, quantity bigint, cost_basis numeric, realized_pnl numeric, from_version bigint,
    version bigint, updated_at timestamptz
);
CREATE TYPE trading.changed_account AS (
    account_id uuid, from_version bigint, version bigint, cash numeric, shorting_enabled boolean, suspended boolean,
    last_equity numeric, day date, sequence bigint, updated_at timestamptz
);
CREATE TYPE trading.new_line AS (transaction_id text, account_id uuid, book text, asset text, amount numeric);
-- With a sequence it is told to the account as well: message_id, headers and payload go into the outbox.
CREATE TYPE trading.new_event AS (
    account_id uuid, order_id uuid, sequence bigint, kind text, payload bytea, message_id uuid, headers text
);
CREATE TYPE trading.new_message AS (id uuid, subject text, payload bytea, headers text);

-- Orders that wait for their row go into the outbox under their own id. Returns those that were not stored, because
-- their account has used the client_order_id before.
CREATE FUNCTION trading.insert_orders(given trading.new_order[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    stored uuid[];
BEGIN
    WITH inserted AS (
        INSERT INTO trading.orders (order_id, account_id, client_order_id, symbol, side, type, time_in_force, quantity,
            limit_price, stop_price, trail_price, trail_percent_bp, expires_at, extended_hours, strategy, status,
            submitted_at, updated_at, replaces, decision)
        SELECT order_id, account_id, client_order_id, symbol, side, type, time_in_force, trading.decimal(quantity),
            trading.decimal(limit_price), trading.decimal(stop_price), trading.decimal(trail_price),
            nullif(trail_percent_bp, 0), expires_at, extended_hours, strategy, 'PENDING_NEW',
            submitted_at, submitted_at, replaces, decision
        FROM unnest(given)
        ON CONFLICT (account_id, client_order_id) DO NOTHING
        RETURNING order_id
    )
    SELECT array_agg(order_id) INTO stored FROM inserted;

    INSERT INTO trading.events (account_id, order_id, kind, payload)
    SELECT account_id, order_id, 'SUBMITTED', payload FROM unnest(given) WHERE order_id = ANY (stored);

    INSERT INTO trading.outbox (id, subject, payload, headers)
    SELECT order_id, subject, payload, headers::jsonb FROM unnest(given) WHERE order_id = ANY (stored);

    IF cardinality(stored) = cardinality(given) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT order_id FROM unnest(given) WHERE stored IS NULL OR order_id <> ALL (stored));
END $$;

-- All or nothing: a row whose version is not the one that the writer knew undoes the whole group.
CREATE FUNCTION trading.apply_changes(
    orders_added trading.new_order[], orders_changed trading.changed_order[],
    executions_added trading.new_execution[], positions_changed trading.changed_position[],
    accounts_changed trading.changed_account[], lines_added trading.new_line[], events_added trading.new_event[],
    messages_added trading.new_message[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    touched bigint;
BEGIN
    IF cardinality(orders_added) > 0 AND cardinality(trading.insert_orders(orders_added)) > 0 THEN
        RAISE EXCEPTION 'client_order_id of a replacement was used' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'orders_account_id_client_order_id_key';
    END IF;

    IF cardinality(orders_changed) > 0 THEN
        UPDATE trading.orders o SET
            version = c.version, status = c.status, acknowledged = c.acknowledged,
            filled_quantity = c.filled_quantity * 0.000000001, filled_value = c.filled_value, reason = c.reason,
            updated_at = c.updated_at, filled_at = c.filled_at, canceled_at = c.canceled_at, expired_at = c.expired_at,
            failed_at = c.failed_at, replaced_at = c.replaced_at, replaced_by = c.replaced_by,
            replacement = c.replacement
        FROM unnest(orders_changed) c WHERE o.order_id = c.order_id AND o.version = c.from_version;
        GET DIAGNOSTICS touched = ROW_COUNT;
        PERFORM trading.expect('orders', touched, cardinality(orders_changed));
    END IF;

    IF cardinality(executions_added) > 0 THEN
        INSERT INTO trading.executions (execution_id, order_id, account_id, symbol, broker, sequence, type, price,
            quantity, reason, occurred_at)
        SELECT execution_id, order_id, account_id, symbol, broker, sequence, type, trading.decimal(price),
            trading.decimal(quantity), reason, occurred_at
        FROM unnest(executions_added);
    END IF;

    IF cardinality(positions_changed) > 0 THEN
        INSERT INTO trading.positions AS p (account_id, symbol, quantity, cost_basis, realized_pnl, version, updated_at)
        SELECT account_id, symbol, quantity * 0.000000001, cost_basis, realized_pnl, version, updated_at
        FROM unnest(positions_changed) WHERE from_version = 0;
        UPDATE trading.positions p SET quantity = c.quantity * 0.000000001, cost_basis = c.cost_basis,
            realized_pnl = c.realized_pnl, version = c.version, updated_at = c.updated_at
        FROM unnest(positions_changed) c
        WHERE c.from_version > 0 AND p.account_id = c.account_id AND p.symbol = c.symbol AND p.version = c.from_version;
        GET DIAGNOSTICS touched = ROW_COUNT;
        PERFORM trading.expect('positions', touched,
            (SELECT count(*) FROM unnest(positions_changed) WHERE from_version > 0));
    END IF;

    IF cardinality(accounts_changed) > 0 THEN
        UPDATE trading.accounts a SET version = c.version, cash = c.cash, shorting_enabled = c.shorting_enabled,
            suspended = c.suspended, last_equity = c.last_equity, day = c.day, sequence = c.sequence, updated_at = c.updated_at
        FROM unnest(accounts_changed) c WHERE a.account_id = c.account_id AND a.version = c.from_version;
        GET DIAGNOSTICS touched = ROW_COUNT;
        PERFORM trading.expect('accounts', touched, cardinality(accounts_changed));
    END IF;

    IF cardinality(lines_added) > 0 THEN
        IF EXISTS (SELECT FROM unnest(lines_added) GROUP BY transaction_id, asset HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'ledger lines do not sum to zero';
        END IF;
        INSERT INTO trading.ledger (transaction_id, account_id, book, asset, amount)
        SELECT transaction_id, account_id, book, asset, amount FROM unnest(lines_added);
    END IF;

    IF cardinality(events_added) > 0 THEN
        INSERT INTO trading.events (account_id, order_id, sequence, kind, payload)
        SELECT account_id, order_id, sequence, kind, payload FROM unnest(events_added);
        INSERT INTO trading.outbox (id, subject, payload, headers)
        SELECT message_id, 'account.' || account_id || '.updates', payload, headers::jsonb
        FROM unnest(events_added) WHERE sequence IS NOT NULL;
    END IF;

    IF cardinality(messages_added) > 0 THEN
        INSERT INTO trading.outbox (id, subject, payload, headers)
        SELECT id, subject, payload, headers::jsonb FROM unnest(messages_added);
    END IF;
END $$;

CREATE FUNCTION trading.expect(what text, touched bigint, expected bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF touched <> expected THEN
        RAISE EXCEPTION '% of % % are not at the version that their writer knows', expected - touched, expected, what
            USING ERRCODE = 'CF001';
    END IF;
END $$;
