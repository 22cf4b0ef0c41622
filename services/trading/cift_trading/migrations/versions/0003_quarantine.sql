-- Execution reports that were not booked: execution did not sign them, or they contradict their order. Only adds.
CREATE TABLE trading.quarantine (
    -- SHA-256 of broker and execution id, or of a message that is not genuine; hex. A repeat is the same row.
    quarantine_id text PRIMARY KEY,
    reason        text NOT NULL,
    message       text NOT NULL,
    broker        text NOT NULL,
    sequence      bigint NOT NULL,
    execution_id  text NOT NULL,
    order_id      text NOT NULL,
    account_id    text NOT NULL,
    symbol        text NOT NULL,
    -- cift.execution.v1.OrderExecution, as it came.
    payload       bytea NOT NULL,
    -- The halt that lasts as long as the row is open; empty: none.
    halt_scope    text NOT NULL CHECK (halt_scope IN ('', 'ACCOUNT', 'SYMBOL', 'PLATFORM')),
    halt_key      text NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    state         text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'BOOKED', 'DISCARDED')),
    resolved_by   text NOT NULL DEFAULT '',
    resolved_at   timestamptz
);
CREATE INDEX quarantine_open ON trading.quarantine (recorded_at) WHERE state = 'OPEN';
CREATE INDEX quarantine_discarded ON trading.quarantine (broker, sequence) WHERE state = 'DISCARDED';

-- The proof of bookings reads trades by the venue's sequence.
CREATE INDEX executions_by_sequence ON trading.executions (broker, sequence) WHERE type = 'TRADE';
