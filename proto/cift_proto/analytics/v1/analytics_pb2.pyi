from cift_proto.common.v1 import types_pb2 as _types_pb2
from cift_proto.forecast.v1 import forecast_pb2 as _forecast_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Dimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIMENSION_UNSPECIFIED: _ClassVar[Dimension]
    DIMENSION_STRATEGY: _ClassVar[Dimension]
    DIMENSION_SYMBOL: _ClassVar[Dimension]
    DIMENSION_YEAR: _ClassVar[Dimension]
    DIMENSION_MONTH: _ClassVar[Dimension]
    DIMENSION_DAY: _ClassVar[Dimension]
    DIMENSION_HOUR: _ClassVar[Dimension]
    DIMENSION_WEEKDAY: _ClassVar[Dimension]
    DIMENSION_ORDER_TYPE: _ClassVar[Dimension]

class Order(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_UNSPECIFIED: _ClassVar[Order]
    ORDER_GROUP: _ClassVar[Order]
    ORDER_PROFIT_DESCENDING: _ClassVar[Order]
    ORDER_PROFIT_ASCENDING: _ClassVar[Order]

class Table(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TABLE_UNSPECIFIED: _ClassVar[Table]
    TABLE_ROUND_TRIPS: _ClassVar[Table]
    TABLE_FILLS: _ClassVar[Table]
    TABLE_ORDERS: _ClassVar[Table]
    TABLE_CLOSING_POSITIONS: _ClassVar[Table]
    TABLE_SIGNALS: _ClassVar[Table]

class Format(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORMAT_UNSPECIFIED: _ClassVar[Format]
    FORMAT_CSV: _ClassVar[Format]
    FORMAT_PARQUET: _ClassVar[Format]
DIMENSION_UNSPECIFIED: Dimension
DIMENSION_STRATEGY: Dimension
DIMENSION_SYMBOL: Dimension
DIMENSION_YEAR: Dimension
DIMENSION_MONTH: Dimension
DIMENSION_DAY: Dimension
DIMENSION_HOUR: Dimension
DIMENSION_WEEKDAY: Dimension
DIMENSION_ORDER_TYPE: Dimension
ORDER_UNSPECIFIED: Order
ORDER_GROUP: Order
ORDER_PROFIT_DESCENDING: Order
ORDER_PROFIT_ASCENDING: Order
TABLE_UNSPECIFIED: Table
TABLE_ROUND_TRIPS: Table
TABLE_FILLS: Table
TABLE_ORDERS: Table
TABLE_CLOSING_POSITIONS: Table
TABLE_SIGNALS: Table
FORMAT_UNSPECIFIED: Format
FORMAT_CSV: Format
FORMAT_PARQUET: Format

class Selection(_message.Message):
    __slots__ = ("account_id", "start_ns", "end_ns", "strategies", "symbols", "time_zone")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    START_NS_FIELD_NUMBER: _ClassVar[int]
    END_NS_FIELD_NUMBER: _ClassVar[int]
    STRATEGIES_FIELD_NUMBER: _ClassVar[int]
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    start_ns: int
    end_ns: int
    strategies: _containers.RepeatedScalarFieldContainer[str]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    time_zone: str
    def __init__(self, account_id: _Optional[str] = ..., start_ns: _Optional[int] = ..., end_ns: _Optional[int] = ..., strategies: _Optional[_Iterable[str]] = ..., symbols: _Optional[_Iterable[str]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class Group(_message.Message):
    __slots__ = ("dimension", "value")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    dimension: Dimension
    value: str
    def __init__(self, dimension: _Optional[_Union[Dimension, str]] = ..., value: _Optional[str] = ...) -> None: ...

class GetPerformanceRequest(_message.Message):
    __slots__ = ("selection", "group_by", "order", "limit", "holding_quantiles")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    HOLDING_QUANTILES_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    group_by: _containers.RepeatedScalarFieldContainer[Dimension]
    order: Order
    limit: int
    holding_quantiles: bool
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., group_by: _Optional[_Iterable[_Union[Dimension, str]]] = ..., order: _Optional[_Union[Order, str]] = ..., limit: _Optional[int] = ..., holding_quantiles: _Optional[bool] = ...) -> None: ...

class GetPerformanceResponse(_message.Message):
    __slots__ = ("rows", "truncated")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[Performance]
    truncated: bool
    def __init__(self, rows: _Optional[_Iterable[_Union[Performance, _Mapping]]] = ..., truncated: _Optional[bool] = ...) -> None: ...

class Performance(_message.Message):
    __slots__ = ("groups", "round_trips", "wins", "losses", "win_rate", "profit", "gross_profit", "gross_loss", "fees", "entry_value", "best", "worst", "average_holding_ns", "median_holding_ns", "p90_holding_ns")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIPS_FIELD_NUMBER: _ClassVar[int]
    WINS_FIELD_NUMBER: _ClassVar[int]
    LOSSES_FIELD_NUMBER: _ClassVar[int]
    WIN_RATE_FIELD_NUMBER: _ClassVar[int]
    PROFIT_FIELD_NUMBER: _ClassVar[int]
    GROSS_PROFIT_FIELD_NUMBER: _ClassVar[int]
    GROSS_LOSS_FIELD_NUMBER: _ClassVar[int]
    FEES_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VALUE_FIELD_NUMBER: _ClassVar[int]
    BEST_FIELD_NUMBER: _ClassVar[int]
    WORST_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_HOLDING_NS_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_HOLDING_NS_FIELD_NUMBER: _ClassVar[int]
    P90_HOLDING_NS_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[Group]
    round_trips: int
    wins: int
    losses: int
    win_rate: float
    profit: str
    gross_profit: str
    gross_loss: str
    fees: str
    entry_value: str
    best: str
    worst: str
    average_holding_ns: int
    median_holding_ns: int
    p90_holding_ns: int
    def __init__(self, groups: _Optional[_Iterable[_Union[Group, _Mapping]]] = ..., round_trips: _Optional[int] = ..., wins: _Optional[int] = ..., losses: _Optional[int] = ..., win_rate: _Optional[float] = ..., profit: _Optional[str] = ..., gross_profit: _Optional[str] = ..., gross_loss: _Optional[str] = ..., fees: _Optional[str] = ..., entry_value: _Optional[str] = ..., best: _Optional[str] = ..., worst: _Optional[str] = ..., average_holding_ns: _Optional[int] = ..., median_holding_ns: _Optional[int] = ..., p90_holding_ns: _Optional[int] = ...) -> None: ...

class ListRoundTripsRequest(_message.Message):
    __slots__ = ("selection", "min_profit", "max_profit", "by", "ascending", "limit", "page_token")
    class By(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        BY_UNSPECIFIED: _ClassVar[ListRoundTripsRequest.By]
        BY_CLOSED_AT: _ClassVar[ListRoundTripsRequest.By]
        BY_PROFIT: _ClassVar[ListRoundTripsRequest.By]
    BY_UNSPECIFIED: ListRoundTripsRequest.By
    BY_CLOSED_AT: ListRoundTripsRequest.By
    BY_PROFIT: ListRoundTripsRequest.By
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    MIN_PROFIT_FIELD_NUMBER: _ClassVar[int]
    MAX_PROFIT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    ASCENDING_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    min_profit: str
    max_profit: str
    by: ListRoundTripsRequest.By
    ascending: bool
    limit: int
    page_token: str
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., min_profit: _Optional[str] = ..., max_profit: _Optional[str] = ..., by: _Optional[_Union[ListRoundTripsRequest.By, str]] = ..., ascending: _Optional[bool] = ..., limit: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRoundTripsResponse(_message.Message):
    __slots__ = ("round_trips", "next_page_token")
    ROUND_TRIPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    round_trips: _containers.RepeatedCompositeFieldContainer[RoundTrip]
    next_page_token: str
    def __init__(self, round_trips: _Optional[_Iterable[_Union[RoundTrip, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RoundTrip(_message.Message):
    __slots__ = ("round_trip_id", "strategy", "symbol", "side", "quantity", "entry_price", "exit_price", "opened_at_ns", "closed_at_ns", "profit", "fees", "entry_order_id", "exit_order_id")
    ROUND_TRIP_ID_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ENTRY_PRICE_FIELD_NUMBER: _ClassVar[int]
    EXIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    PROFIT_FIELD_NUMBER: _ClassVar[int]
    FEES_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    EXIT_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    round_trip_id: str
    strategy: str
    symbol: str
    side: _types_pb2.Side
    quantity: str
    entry_price: str
    exit_price: str
    opened_at_ns: int
    closed_at_ns: int
    profit: str
    fees: str
    entry_order_id: str
    exit_order_id: str
    def __init__(self, round_trip_id: _Optional[str] = ..., strategy: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., quantity: _Optional[str] = ..., entry_price: _Optional[str] = ..., exit_price: _Optional[str] = ..., opened_at_ns: _Optional[int] = ..., closed_at_ns: _Optional[int] = ..., profit: _Optional[str] = ..., fees: _Optional[str] = ..., entry_order_id: _Optional[str] = ..., exit_order_id: _Optional[str] = ...) -> None: ...

class GetCostsRequest(_message.Message):
    __slots__ = ("selection", "group_by", "limit")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    group_by: _containers.RepeatedScalarFieldContainer[Dimension]
    limit: int
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., group_by: _Optional[_Iterable[_Union[Dimension, str]]] = ..., limit: _Optional[int] = ...) -> None: ...

class GetCostsResponse(_message.Message):
    __slots__ = ("rows", "truncated")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[Costs]
    truncated: bool
    def __init__(self, rows: _Optional[_Iterable[_Union[Costs, _Mapping]]] = ..., truncated: _Optional[bool] = ...) -> None: ...

class Costs(_message.Message):
    __slots__ = ("groups", "fills", "quantity", "turnover", "fees", "slippage", "slippage_bp", "fills_with_touch")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    FILLS_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    TURNOVER_FIELD_NUMBER: _ClassVar[int]
    FEES_FIELD_NUMBER: _ClassVar[int]
    SLIPPAGE_FIELD_NUMBER: _ClassVar[int]
    SLIPPAGE_BP_FIELD_NUMBER: _ClassVar[int]
    FILLS_WITH_TOUCH_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[Group]
    fills: int
    quantity: str
    turnover: str
    fees: str
    slippage: str
    slippage_bp: float
    fills_with_touch: int
    def __init__(self, groups: _Optional[_Iterable[_Union[Group, _Mapping]]] = ..., fills: _Optional[int] = ..., quantity: _Optional[str] = ..., turnover: _Optional[str] = ..., fees: _Optional[str] = ..., slippage: _Optional[str] = ..., slippage_bp: _Optional[float] = ..., fills_with_touch: _Optional[int] = ...) -> None: ...

class GetRiskRequest(_message.Message):
    __slots__ = ("selection", "capital", "by_strategy")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    CAPITAL_FIELD_NUMBER: _ClassVar[int]
    BY_STRATEGY_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    capital: str
    by_strategy: bool
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., capital: _Optional[str] = ..., by_strategy: _Optional[bool] = ...) -> None: ...

class GetRiskResponse(_message.Message):
    __slots__ = ("capital", "days_per_year", "rows")
    CAPITAL_FIELD_NUMBER: _ClassVar[int]
    DAYS_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    capital: str
    days_per_year: int
    rows: _containers.RepeatedCompositeFieldContainer[Risk]
    def __init__(self, capital: _Optional[str] = ..., days_per_year: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[Risk, _Mapping]]] = ...) -> None: ...

class Risk(_message.Message):
    __slots__ = ("strategy", "days", "profit", "sharpe", "sortino", "volatility", "max_drawdown", "max_drawdown_ratio", "drawdown_start", "drawdown_trough", "drawdown_end", "best_day", "worst_day")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    PROFIT_FIELD_NUMBER: _ClassVar[int]
    SHARPE_FIELD_NUMBER: _ClassVar[int]
    SORTINO_FIELD_NUMBER: _ClassVar[int]
    VOLATILITY_FIELD_NUMBER: _ClassVar[int]
    MAX_DRAWDOWN_FIELD_NUMBER: _ClassVar[int]
    MAX_DRAWDOWN_RATIO_FIELD_NUMBER: _ClassVar[int]
    DRAWDOWN_START_FIELD_NUMBER: _ClassVar[int]
    DRAWDOWN_TROUGH_FIELD_NUMBER: _ClassVar[int]
    DRAWDOWN_END_FIELD_NUMBER: _ClassVar[int]
    BEST_DAY_FIELD_NUMBER: _ClassVar[int]
    WORST_DAY_FIELD_NUMBER: _ClassVar[int]
    strategy: str
    days: int
    profit: str
    sharpe: float
    sortino: float
    volatility: float
    max_drawdown: str
    max_drawdown_ratio: float
    drawdown_start: str
    drawdown_trough: str
    drawdown_end: str
    best_day: str
    worst_day: str
    def __init__(self, strategy: _Optional[str] = ..., days: _Optional[int] = ..., profit: _Optional[str] = ..., sharpe: _Optional[float] = ..., sortino: _Optional[float] = ..., volatility: _Optional[float] = ..., max_drawdown: _Optional[str] = ..., max_drawdown_ratio: _Optional[float] = ..., drawdown_start: _Optional[str] = ..., drawdown_trough: _Optional[str] = ..., drawdown_end: _Optional[str] = ..., best_day: _Optional[str] = ..., worst_day: _Optional[str] = ...) -> None: ...

class ListClosingPositionsRequest(_message.Message):
    __slots__ = ("selection", "limit")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    limit: int
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., limit: _Optional[int] = ...) -> None: ...

class ListClosingPositionsResponse(_message.Message):
    __slots__ = ("positions", "truncated")
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    positions: _containers.RepeatedCompositeFieldContainer[ClosingPosition]
    truncated: bool
    def __init__(self, positions: _Optional[_Iterable[_Union[ClosingPosition, _Mapping]]] = ..., truncated: _Optional[bool] = ...) -> None: ...

class ClosingPosition(_message.Message):
    __slots__ = ("day", "strategy", "symbol", "quantity", "price", "market_value")
    DAY_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    MARKET_VALUE_FIELD_NUMBER: _ClassVar[int]
    day: str
    strategy: str
    symbol: str
    quantity: str
    price: str
    market_value: str
    def __init__(self, day: _Optional[str] = ..., strategy: _Optional[str] = ..., symbol: _Optional[str] = ..., quantity: _Optional[str] = ..., price: _Optional[str] = ..., market_value: _Optional[str] = ...) -> None: ...

class ListSignalsRequest(_message.Message):
    __slots__ = ("selection", "models", "limit")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    models: _containers.RepeatedScalarFieldContainer[str]
    limit: int
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., models: _Optional[_Iterable[str]] = ..., limit: _Optional[int] = ...) -> None: ...

class ListSignalsResponse(_message.Message):
    __slots__ = ("signals", "truncated")
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    signals: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.Signal]
    truncated: bool
    def __init__(self, signals: _Optional[_Iterable[_Union[_forecast_pb2.Signal, _Mapping]]] = ..., truncated: _Optional[bool] = ...) -> None: ...

class ExportRequest(_message.Message):
    __slots__ = ("selection", "table", "format")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    selection: Selection
    table: Table
    format: Format
    def __init__(self, selection: _Optional[_Union[Selection, _Mapping]] = ..., table: _Optional[_Union[Table, str]] = ..., format: _Optional[_Union[Format, str]] = ...) -> None: ...

class ExportResponse(_message.Message):
    __slots__ = ("chunk",)
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    def __init__(self, chunk: _Optional[bytes] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("updates_applied", "fills_applied", "updates_waiting", "updates_caught_up", "last_applied_ns", "store_available")
    UPDATES_APPLIED_FIELD_NUMBER: _ClassVar[int]
    FILLS_APPLIED_FIELD_NUMBER: _ClassVar[int]
    UPDATES_WAITING_FIELD_NUMBER: _ClassVar[int]
    UPDATES_CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    LAST_APPLIED_NS_FIELD_NUMBER: _ClassVar[int]
    STORE_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    updates_applied: int
    fills_applied: int
    updates_waiting: int
    updates_caught_up: int
    last_applied_ns: int
    store_available: bool
    def __init__(self, updates_applied: _Optional[int] = ..., fills_applied: _Optional[int] = ..., updates_waiting: _Optional[int] = ..., updates_caught_up: _Optional[int] = ..., last_applied_ns: _Optional[int] = ..., store_available: _Optional[bool] = ...) -> None: ...
