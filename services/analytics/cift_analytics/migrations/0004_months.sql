-- Whole months of `daily` and `daily_costs`, and quarters of an hour over all strategies: a long range reads a thirtieth
-- of what it would read of days. Each row is made anew of the sums that it adds up.
CREATE TABLE IF NOT EXISTS monthly (
    account_id   LowCardinality(String),
    strategy     LowCardinality(String),
    symbol       LowCardinality(String),
    day          Date,
    round_trips  UInt64,
    wins         UInt64,
    losses       UInt64,
    profit       Decimal(38, 9),
    gross_profit Decimal(38, 9),
    gross_loss   Decimal(38, 9),
    fees         Decimal(38, 9),
    entry_value  Decimal(38, 9),
    best         Decimal(38, 9),
    worst        Decimal(38, 9),
    holding_ns   Int128,
    version      UInt64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(day)
ORDER BY (account_id, strategy, symbol, day)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS monthly_costs (
    account_id       LowCardinality(String),
    strategy         LowCardinality(String),
    symbol           LowCardinality(String),
    order_type       LowCardinality(String),
    day              Date,
    fills            UInt64,
    quantity         Decimal(38, 9),
    turnover         Decimal(38, 9),
    fees             Decimal(38, 9),
    slippage         Decimal(38, 9),
    touch_value      Decimal(38, 9),
    fills_with_touch UInt64,
    version          UInt64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(day)
ORDER BY (account_id, strategy, symbol, order_type, day)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS quarters (
    account_id   LowCardinality(String),
    quarter      DateTime('UTC'),
    round_trips  UInt64,
    wins         UInt64,
    losses       UInt64,
    profit       Decimal(38, 9),
    gross_profit Decimal(38, 9),
    gross_loss   Decimal(38, 9),
    fees         Decimal(38, 9),
    entry_value  Decimal(38, 9),
    best         Decimal(38, 9),
    worst        Decimal(38, 9),
    holding_ns   Int128,
    version      UInt64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(quarter)
ORDER BY (account_id, quarter)
SETTINGS fsync_after_insert = 1;

-- Of what was stored before there were these tables, or by a version that does not know them: each sum and what is made
-- of it are written with the same version.
INSERT INTO monthly
SELECT account_id, strategy, symbol, toStartOfMonth(d.day) AS month, sum(d.round_trips), sum(d.wins), sum(d.losses),
    sum(d.profit), sum(d.gross_profit), sum(d.gross_loss), sum(d.fees), sum(d.entry_value), max(d.best), min(d.worst),
    sum(d.holding_ns), max(d.version)
FROM daily AS d FINAL
WHERE (SELECT max(version) FROM daily) > (SELECT max(version) FROM monthly)
GROUP BY account_id, strategy, symbol, month;

INSERT INTO monthly_costs
SELECT account_id, strategy, symbol, order_type, toStartOfMonth(d.day) AS month, sum(d.fills), sum(d.quantity),
    sum(d.turnover), sum(d.fees), sum(d.slippage), sum(d.touch_value), sum(d.fills_with_touch), max(d.version)
FROM daily_costs AS d FINAL
WHERE (SELECT max(version) FROM daily_costs) > (SELECT max(version) FROM monthly_costs)
GROUP BY account_id, strategy, symbol, order_type, month;

INSERT INTO quarters
SELECT account_id, quarter, sum(q.round_trips), sum(q.wins), sum(q.losses), sum(q.profit), sum(q.gross_profit),
    sum(q.gross_loss), sum(q.fees), sum(q.entry_value), max(q.best), min(q.worst), sum(q.holding_ns), max(q.version)
FROM quarter_hourly AS q FINAL
WHERE (SELECT max(version) FROM quarter_hourly) > (SELECT max(version) FROM quarters)
GROUP BY account_id, quarter;

-- The dearest of what a full scan does is to multiply exactly: once a row is enough.
ALTER TABLE round_trips
    ADD COLUMN IF NOT EXISTS entry_value Decimal(38, 9) MATERIALIZED toDecimal128(quantity * entry_price, 9);

ALTER TABLE fills
    ADD COLUMN IF NOT EXISTS value Decimal(38, 9) MATERIALIZED toDecimal128(quantity * price, 9);
