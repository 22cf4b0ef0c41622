-- Sums over all strategies, for questions about symbols.
CREATE TABLE IF NOT EXISTS daily_by_symbol (
    account_id   LowCardinality(String),
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
ORDER BY (account_id, symbol, day)
SETTINGS fsync_after_insert = 1;

-- Of what was stored before there was this table.
INSERT INTO daily_by_symbol
SELECT account_id, symbol, day, sum(d.round_trips), sum(d.wins), sum(d.losses), sum(d.profit), sum(d.gross_profit),
    sum(d.gross_loss), sum(d.fees), sum(d.entry_value), max(d.best), min(d.worst), sum(d.holding_ns), max(d.version)
FROM daily AS d FINAL
WHERE (SELECT count() FROM daily_by_symbol) = 0
GROUP BY account_id, symbol, day;

-- Ids are most of a round trip's bytes, and only pages of single ones read them.
ALTER TABLE round_trips
    MODIFY COLUMN entry_execution_id String CODEC(ZSTD(1)), MODIFY COLUMN exit_execution_id String CODEC(ZSTD(1)),
    MODIFY COLUMN entry_order_id String CODEC(ZSTD(1)), MODIFY COLUMN exit_order_id String CODEC(ZSTD(1));

ALTER TABLE round_trips_by_profit
    MODIFY COLUMN entry_execution_id String CODEC(ZSTD(1)), MODIFY COLUMN exit_execution_id String CODEC(ZSTD(1)),
    MODIFY COLUMN entry_order_id String CODEC(ZSTD(1)), MODIFY COLUMN exit_order_id String CODEC(ZSTD(1));
