-- What forecasts said: of nobody's account. A model says one thing of a symbol and a moment.
CREATE TABLE IF NOT EXISTS signals (
    symbol         LowCardinality(String),
    at             DateTime64(9, 'UTC'),
    model          LowCardinality(String),
    version        LowCardinality(String),
    kind           LowCardinality(String),
    probability_up Float64,
    horizon_ns     Int64,
    middle_price   Nullable(Decimal(38, 9)),
    said_at        DateTime64(9, 'UTC')
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (symbol, at, model, version)
SETTINGS fsync_after_insert = 1;
