-- Facts. Each row has an identity that a repeat of the same event has as well, so a repeat changes nothing (FINAL, or the
-- next merge, leaves one). A batch is written facts first, then what is derived from them, then `cursors`: a crash
-- between them makes the same rows again. `fsync_after_insert`: what `cursors` says is stored must be.

CREATE TABLE IF NOT EXISTS orders (
    account_id           LowCardinality(String),
    order_id             String,
    client_order_id      String,
    strategy             LowCardinality(String),
    symbol               LowCardinality(String),
    side                 Enum8('buy' = 1, 'sell' = -1),
    type                 LowCardinality(String),
    time_in_force        LowCardinality(String),
    quantity             Decimal(38, 9),
    limit_price          Nullable(Decimal(38, 9)),
    stop_price           Nullable(Decimal(38, 9)),
    status               LowCardinality(String),
    filled_quantity      Decimal(38, 9),
    filled_average_price Nullable(Decimal(38, 9)),
    reason               String,
    submitted_at         DateTime64(9, 'UTC'),
    updated_at           DateTime64(9, 'UTC'),
    replaces             String,
    replaced_by          String,
    version              UInt32
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(submitted_at)
ORDER BY (account_id, submitted_at, order_id)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS fills (
    account_id   LowCardinality(String),
    strategy     LowCardinality(String),
    symbol       LowCardinality(String),
    execution_id String,
    order_id     String,
    order_type   LowCardinality(String),
    side         Enum8('buy' = 1, 'sell' = -1),
    quantity     Decimal(38, 9),
    price        Decimal(38, 9),
    fee          Decimal(38, 9),
    -- The ask of a buy, the bid of a sell, when the order was decided.
    touch        Nullable(Decimal(38, 9)),
    decided_at   DateTime64(9, 'UTC'),
    at           DateTime64(9, 'UTC'),
    sequence     UInt64
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (account_id, at, execution_id)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS round_trips (
    account_id         LowCardinality(String),
    strategy           LowCardinality(String),
    symbol             LowCardinality(String),
    entry_execution_id String,
    exit_execution_id  String,
    entry_order_id     String,
    exit_order_id      String,
    side               Enum8('buy' = 1, 'sell' = -1),
    quantity           Decimal(38, 9),
    entry_price        Decimal(38, 9),
    exit_price         Decimal(38, 9),
    fees               Decimal(38, 9),
    profit             Decimal(38, 9),
    opened_at          DateTime64(9, 'UTC'),
    closed_at          DateTime64(9, 'UTC')
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(closed_at)
ORDER BY (account_id, closed_at, exit_execution_id, entry_execution_id)
SETTINGS fsync_after_insert = 1;

-- The same rows by what they earned. A view that copies rows may see one twice: its table drops it as the first does.
CREATE TABLE IF NOT EXISTS round_trips_by_profit AS round_trips
ENGINE = ReplacingMergeTree
PARTITION BY toYear(closed_at)
ORDER BY (account_id, profit, closed_at, exit_execution_id, entry_execution_id)
SETTINGS fsync_after_insert = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS round_trips_to_profit TO round_trips_by_profit AS SELECT * FROM round_trips;

-- Sums. A row is written anew, as a whole, from the facts of its bucket, whenever one of them is new: adding up what an
-- incremental view sees would count a repeat twice.

CREATE TABLE IF NOT EXISTS daily (
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

-- Over all symbols: most questions name none.
CREATE TABLE IF NOT EXISTS daily_by_strategy (
    account_id   LowCardinality(String),
    strategy     LowCardinality(String),
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
ORDER BY (account_id, strategy, day)
SETTINGS fsync_after_insert = 1;

-- Quarters of an hour, so that hours and weekdays are right in every time zone.
CREATE TABLE IF NOT EXISTS quarter_hourly (
    account_id   LowCardinality(String),
    strategy     LowCardinality(String),
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
ORDER BY (account_id, strategy, quarter)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS daily_costs (
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

CREATE TABLE IF NOT EXISTS closing_positions (
    account_id LowCardinality(String),
    day        Date,
    strategy   LowCardinality(String),
    symbol     LowCardinality(String),
    quantity   Decimal(38, 9),
    price      Nullable(Decimal(38, 9)),
    version    UInt64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(day)
ORDER BY (account_id, day, strategy, symbol)
SETTINGS fsync_after_insert = 1;

-- Where the books stand. Lots are in nanos.

CREATE TABLE IF NOT EXISTS books (
    account_id String,
    strategy   String,
    symbol     String,
    sequence   UInt64,
    lots       Array(Tuple(String, String, Int8, Int64, Int64, Int64, Int64))
) ENGINE = ReplacingMergeTree(sequence)
ORDER BY (account_id, strategy, symbol)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS cursors (
    account_id String,
    sequence   UInt64
) ENGINE = ReplacingMergeTree(sequence)
ORDER BY account_id
SETTINGS fsync_after_insert = 1;
