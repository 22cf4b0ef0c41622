from cift_proto.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HistorySchema(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HISTORY_SCHEMA_UNSPECIFIED: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_TRADES: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_MBP_1: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_OHLCV_1M: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_MBP_10: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_STATUS: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_OHLCV_1S: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_OHLCV_1H: _ClassVar[HistorySchema]
    HISTORY_SCHEMA_OHLCV_1D: _ClassVar[HistorySchema]
HISTORY_SCHEMA_UNSPECIFIED: HistorySchema
HISTORY_SCHEMA_TRADES: HistorySchema
HISTORY_SCHEMA_MBP_1: HistorySchema
HISTORY_SCHEMA_OHLCV_1M: HistorySchema
HISTORY_SCHEMA_MBP_10: HistorySchema
HISTORY_SCHEMA_STATUS: HistorySchema
HISTORY_SCHEMA_OHLCV_1S: HistorySchema
HISTORY_SCHEMA_OHLCV_1H: HistorySchema
HISTORY_SCHEMA_OHLCV_1D: HistorySchema

class ListInstrumentsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListInstrumentsResponse(_message.Message):
    __slots__ = ("instruments",)
    INSTRUMENTS_FIELD_NUMBER: _ClassVar[int]
    instruments: _containers.RepeatedCompositeFieldContainer[_types_pb2.Instrument]
    def __init__(self, instruments: _Optional[_Iterable[_Union[_types_pb2.Instrument, _Mapping]]] = ...) -> None: ...

class GetSnapshotsRequest(_message.Message):
    __slots__ = ("symbols",)
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, symbols: _Optional[_Iterable[str]] = ...) -> None: ...

class GetSnapshotsResponse(_message.Message):
    __slots__ = ("snapshots",)
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    snapshots: _containers.RepeatedCompositeFieldContainer[Snapshot]
    def __init__(self, snapshots: _Optional[_Iterable[_Union[Snapshot, _Mapping]]] = ...) -> None: ...

class Snapshot(_message.Message):
    __slots__ = ("symbol", "quote", "trade", "minute_bar", "daily_bar", "previous_daily_bar", "depth", "status", "last_close_price_nanos")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    TRADE_FIELD_NUMBER: _ClassVar[int]
    MINUTE_BAR_FIELD_NUMBER: _ClassVar[int]
    DAILY_BAR_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_DAILY_BAR_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LAST_CLOSE_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    quote: _types_pb2.Quote
    trade: _types_pb2.Trade
    minute_bar: _types_pb2.Bar
    daily_bar: _types_pb2.Bar
    previous_daily_bar: _types_pb2.Bar
    depth: Depth
    status: TradingStatus
    last_close_price_nanos: int
    def __init__(self, symbol: _Optional[str] = ..., quote: _Optional[_Union[_types_pb2.Quote, _Mapping]] = ..., trade: _Optional[_Union[_types_pb2.Trade, _Mapping]] = ..., minute_bar: _Optional[_Union[_types_pb2.Bar, _Mapping]] = ..., daily_bar: _Optional[_Union[_types_pb2.Bar, _Mapping]] = ..., previous_daily_bar: _Optional[_Union[_types_pb2.Bar, _Mapping]] = ..., depth: _Optional[_Union[Depth, _Mapping]] = ..., status: _Optional[_Union[TradingStatus, _Mapping]] = ..., last_close_price_nanos: _Optional[int] = ...) -> None: ...

class Depth(_message.Message):
    __slots__ = ("symbol", "bids", "asks", "exchange_time_ns", "received_time_ns", "sequence", "exchange")
    class Level(_message.Message):
        __slots__ = ("price_nanos", "quantity_nanos")
        PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
        QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
        price_nanos: int
        quantity_nanos: int
        def __init__(self, price_nanos: _Optional[int] = ..., quantity_nanos: _Optional[int] = ...) -> None: ...
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    BIDS_FIELD_NUMBER: _ClassVar[int]
    ASKS_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    bids: _containers.RepeatedCompositeFieldContainer[Depth.Level]
    asks: _containers.RepeatedCompositeFieldContainer[Depth.Level]
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str
    def __init__(self, symbol: _Optional[str] = ..., bids: _Optional[_Iterable[_Union[Depth.Level, _Mapping]]] = ..., asks: _Optional[_Iterable[_Union[Depth.Level, _Mapping]]] = ..., exchange_time_ns: _Optional[int] = ..., received_time_ns: _Optional[int] = ..., sequence: _Optional[int] = ..., exchange: _Optional[str] = ...) -> None: ...

class TradingStatus(_message.Message):
    __slots__ = ("symbol", "action", "reason", "trading", "quoting", "exchange_time_ns", "received_time_ns", "sequence", "exchange")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TRADING_FIELD_NUMBER: _ClassVar[int]
    QUOTING_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    action: str
    reason: str
    trading: bool
    quoting: bool
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str
    def __init__(self, symbol: _Optional[str] = ..., action: _Optional[str] = ..., reason: _Optional[str] = ..., trading: _Optional[bool] = ..., quoting: _Optional[bool] = ..., exchange_time_ns: _Optional[int] = ..., received_time_ns: _Optional[int] = ..., sequence: _Optional[int] = ..., exchange: _Optional[str] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("symbols", "quotes", "trades", "conflate_ms")
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    QUOTES_FIELD_NUMBER: _ClassVar[int]
    TRADES_FIELD_NUMBER: _ClassVar[int]
    CONFLATE_MS_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    quotes: bool
    trades: bool
    conflate_ms: int
    def __init__(self, symbols: _Optional[_Iterable[str]] = ..., quotes: _Optional[bool] = ..., trades: _Optional[bool] = ..., conflate_ms: _Optional[int] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("quote", "trade")
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    TRADE_FIELD_NUMBER: _ClassVar[int]
    quote: _types_pb2.Quote
    trade: _types_pb2.Trade
    def __init__(self, quote: _Optional[_Union[_types_pb2.Quote, _Mapping]] = ..., trade: _Optional[_Union[_types_pb2.Trade, _Mapping]] = ...) -> None: ...

class ListBarsRequest(_message.Message):
    __slots__ = ("symbols", "interval_ns", "start_ns", "end_ns", "limit", "page_token", "descending", "months", "adjust_splits", "adjust_dividends")
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_NS_FIELD_NUMBER: _ClassVar[int]
    START_NS_FIELD_NUMBER: _ClassVar[int]
    END_NS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DESCENDING_FIELD_NUMBER: _ClassVar[int]
    MONTHS_FIELD_NUMBER: _ClassVar[int]
    ADJUST_SPLITS_FIELD_NUMBER: _ClassVar[int]
    ADJUST_DIVIDENDS_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    interval_ns: int
    start_ns: int
    end_ns: int
    limit: int
    page_token: str
    descending: bool
    months: int
    adjust_splits: bool
    adjust_dividends: bool
    def __init__(self, symbols: _Optional[_Iterable[str]] = ..., interval_ns: _Optional[int] = ..., start_ns: _Optional[int] = ..., end_ns: _Optional[int] = ..., limit: _Optional[int] = ..., page_token: _Optional[str] = ..., descending: _Optional[bool] = ..., months: _Optional[int] = ..., adjust_splits: _Optional[bool] = ..., adjust_dividends: _Optional[bool] = ...) -> None: ...

class ListBarsResponse(_message.Message):
    __slots__ = ("bars", "next_page_token")
    BARS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    bars: _containers.RepeatedCompositeFieldContainer[_types_pb2.Bar]
    next_page_token: str
    def __init__(self, bars: _Optional[_Iterable[_Union[_types_pb2.Bar, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListTicksRequest(_message.Message):
    __slots__ = ("symbols", "start_ns", "end_ns", "limit", "page_token", "descending")
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    START_NS_FIELD_NUMBER: _ClassVar[int]
    END_NS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DESCENDING_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    start_ns: int
    end_ns: int
    limit: int
    page_token: str
    descending: bool
    def __init__(self, symbols: _Optional[_Iterable[str]] = ..., start_ns: _Optional[int] = ..., end_ns: _Optional[int] = ..., limit: _Optional[int] = ..., page_token: _Optional[str] = ..., descending: _Optional[bool] = ...) -> None: ...

class ListQuotesResponse(_message.Message):
    __slots__ = ("quotes", "next_page_token")
    QUOTES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    quotes: _containers.RepeatedCompositeFieldContainer[_types_pb2.Quote]
    next_page_token: str
    def __init__(self, quotes: _Optional[_Iterable[_Union[_types_pb2.Quote, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListTradesResponse(_message.Message):
    __slots__ = ("trades", "next_page_token")
    TRADES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    trades: _containers.RepeatedCompositeFieldContainer[_types_pb2.Trade]
    next_page_token: str
    def __init__(self, trades: _Optional[_Iterable[_Union[_types_pb2.Trade, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListDepthsResponse(_message.Message):
    __slots__ = ("depths", "next_page_token")
    DEPTHS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    depths: _containers.RepeatedCompositeFieldContainer[Depth]
    next_page_token: str
    def __init__(self, depths: _Optional[_Iterable[_Union[Depth, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListStatusesResponse(_message.Message):
    __slots__ = ("statuses", "next_page_token")
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    statuses: _containers.RepeatedCompositeFieldContainer[TradingStatus]
    next_page_token: str
    def __init__(self, statuses: _Optional[_Iterable[_Union[TradingStatus, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetAsOfRequest(_message.Message):
    __slots__ = ("symbols", "time_ns")
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    time_ns: int
    def __init__(self, symbols: _Optional[_Iterable[str]] = ..., time_ns: _Optional[int] = ...) -> None: ...

class GetAsOfResponse(_message.Message):
    __slots__ = ("snapshots",)
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    snapshots: _containers.RepeatedCompositeFieldContainer[Snapshot]
    def __init__(self, snapshots: _Optional[_Iterable[_Union[Snapshot, _Mapping]]] = ...) -> None: ...

class StreamHistoryRequest(_message.Message):
    __slots__ = ("schema", "symbols", "start_ns", "end_ns")
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    START_NS_FIELD_NUMBER: _ClassVar[int]
    END_NS_FIELD_NUMBER: _ClassVar[int]
    schema: HistorySchema
    symbols: _containers.RepeatedScalarFieldContainer[str]
    start_ns: int
    end_ns: int
    def __init__(self, schema: _Optional[_Union[HistorySchema, str]] = ..., symbols: _Optional[_Iterable[str]] = ..., start_ns: _Optional[int] = ..., end_ns: _Optional[int] = ...) -> None: ...

class StreamHistoryResponse(_message.Message):
    __slots__ = ("arrow",)
    ARROW_FIELD_NUMBER: _ClassVar[int]
    arrow: bytes
    def __init__(self, arrow: _Optional[bytes] = ...) -> None: ...

class GetFeedStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetFeedStatusResponse(_message.Message):
    __slots__ = ("feed", "ticks", "last_tick_time_ns", "rows_written", "rows_dropped", "finished")
    FEED_FIELD_NUMBER: _ClassVar[int]
    TICKS_FIELD_NUMBER: _ClassVar[int]
    LAST_TICK_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    ROWS_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    ROWS_DROPPED_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    feed: str
    ticks: int
    last_tick_time_ns: int
    rows_written: int
    rows_dropped: int
    finished: bool
    def __init__(self, feed: _Optional[str] = ..., ticks: _Optional[int] = ..., last_tick_time_ns: _Optional[int] = ..., rows_written: _Optional[int] = ..., rows_dropped: _Optional[int] = ..., finished: _Optional[bool] = ...) -> None: ...

class GetClockRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetClockResponse(_message.Message):
    __slots__ = ("now_ns", "open", "next_open_ns", "next_close_ns", "calendar", "time_zone")
    NOW_NS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    NEXT_OPEN_NS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CLOSE_NS_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    now_ns: int
    open: bool
    next_open_ns: int
    next_close_ns: int
    calendar: str
    time_zone: str
    def __init__(self, now_ns: _Optional[int] = ..., open: _Optional[bool] = ..., next_open_ns: _Optional[int] = ..., next_close_ns: _Optional[int] = ..., calendar: _Optional[str] = ..., time_zone: _Optional[str] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ("start_date", "end_date")
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    start_date: str
    end_date: str
    def __init__(self, start_date: _Optional[str] = ..., end_date: _Optional[str] = ...) -> None: ...

class ListSessionsResponse(_message.Message):
    __slots__ = ("sessions",)
    class Session(_message.Message):
        __slots__ = ("date", "open", "close", "open_ns", "close_ns")
        DATE_FIELD_NUMBER: _ClassVar[int]
        OPEN_FIELD_NUMBER: _ClassVar[int]
        CLOSE_FIELD_NUMBER: _ClassVar[int]
        OPEN_NS_FIELD_NUMBER: _ClassVar[int]
        CLOSE_NS_FIELD_NUMBER: _ClassVar[int]
        date: str
        open: str
        close: str
        open_ns: int
        close_ns: int
        def __init__(self, date: _Optional[str] = ..., open: _Optional[str] = ..., close: _Optional[str] = ..., open_ns: _Optional[int] = ..., close_ns: _Optional[int] = ...) -> None: ...
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[ListSessionsResponse.Session]
    def __init__(self, sessions: _Optional[_Iterable[_Union[ListSessionsResponse.Session, _Mapping]]] = ...) -> None: ...
