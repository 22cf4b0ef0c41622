-- How far each broker's reports have been published, and when its session closes next (UTC nanoseconds; 0: not known).
CREATE TABLE execution.cursor (
    broker text PRIMARY KEY,
    published_sequence bigint NOT NULL,
    next_close_ns bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Where an order's reports begin: all of them have a sequence above `after_sequence`.
CREATE TABLE execution.sent_order (
    order_id text PRIMARY KEY,
    broker text NOT NULL,
    after_sequence bigint NOT NULL,
    sent_at timestamptz NOT NULL
);
CREATE INDEX sent_order_by_age ON execution.sent_order (broker, sent_at);
