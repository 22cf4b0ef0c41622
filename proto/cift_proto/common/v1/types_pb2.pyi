from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Side(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIDE_UNSPECIFIED: _ClassVar[Side]
    SIDE_BUY: _ClassVar[Side]
    SIDE_SELL: _ClassVar[Side]

class OrderType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_TYPE_UNSPECIFIED: _ClassVar[OrderType]
    ORDER_TYPE_MARKET: _ClassVar[OrderType]
    ORDER_TYPE_LIMIT: _ClassVar[OrderType]
    ORDER_TYPE_STOP: _ClassVar[OrderType]
    ORDER_TYPE_STOP_LIMIT: _ClassVar[OrderType]
    ORDER_TYPE_TRAILING_STOP: _ClassVar[OrderType]

class TimeInForce(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIME_IN_FORCE_UNSPECIFIED: _ClassVar[TimeInForce]
    TIME_IN_FORCE_DAY: _ClassVar[TimeInForce]
    TIME_IN_FORCE_GTC: _ClassVar[TimeInForce]
    TIME_IN_FORCE_OPG: _ClassVar[TimeInForce]
    TIME_IN_FORCE_IOC: _ClassVar[TimeInForce]
    TIME_IN_FORCE_FOK: _ClassVar[TimeInForce]
    TIME_IN_FORCE_GTD: _ClassVar[TimeInForce]
    TIME_IN_FORCE_CLS: _ClassVar[TimeInForce]

class OrderStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATUS_UNSPECIFIED: _ClassVar[OrderStatus]
    ORDER_STATUS_PENDING_NEW: _ClassVar[OrderStatus]
    ORDER_STATUS_NEW: _ClassVar[OrderStatus]
    ORDER_STATUS_PARTIALLY_FILLED: _ClassVar[OrderStatus]
    ORDER_STATUS_FILLED: _ClassVar[OrderStatus]
    ORDER_STATUS_PENDING_CANCEL: _ClassVar[OrderStatus]
    ORDER_STATUS_CANCELED: _ClassVar[OrderStatus]
    ORDER_STATUS_PENDING_REPLACE: _ClassVar[OrderStatus]
    ORDER_STATUS_REPLACED: _ClassVar[OrderStatus]
    ORDER_STATUS_REJECTED: _ClassVar[OrderStatus]
    ORDER_STATUS_EXPIRED: _ClassVar[OrderStatus]
    ORDER_STATUS_HELD: _ClassVar[OrderStatus]

class OrderClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_CLASS_UNSPECIFIED: _ClassVar[OrderClass]
    ORDER_CLASS_SIMPLE: _ClassVar[OrderClass]
    ORDER_CLASS_BRACKET: _ClassVar[OrderClass]
    ORDER_CLASS_OCO: _ClassVar[OrderClass]
    ORDER_CLASS_OTO: _ClassVar[OrderClass]

class ExecutionType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXECUTION_TYPE_UNSPECIFIED: _ClassVar[ExecutionType]
    EXECUTION_TYPE_NEW: _ClassVar[ExecutionType]
    EXECUTION_TYPE_TRADE: _ClassVar[ExecutionType]
    EXECUTION_TYPE_CANCELED: _ClassVar[ExecutionType]
    EXECUTION_TYPE_REPLACED: _ClassVar[ExecutionType]
    EXECUTION_TYPE_REJECTED: _ClassVar[ExecutionType]
    EXECUTION_TYPE_EXPIRED: _ClassVar[ExecutionType]
    EXECUTION_TYPE_CANCEL_REJECTED: _ClassVar[ExecutionType]
    EXECUTION_TYPE_REPLACE_REJECTED: _ClassVar[ExecutionType]
SIDE_UNSPECIFIED: Side
SIDE_BUY: Side
SIDE_SELL: Side
ORDER_TYPE_UNSPECIFIED: OrderType
ORDER_TYPE_MARKET: OrderType
ORDER_TYPE_LIMIT: OrderType
ORDER_TYPE_STOP: OrderType
ORDER_TYPE_STOP_LIMIT: OrderType
ORDER_TYPE_TRAILING_STOP: OrderType
TIME_IN_FORCE_UNSPECIFIED: TimeInForce
TIME_IN_FORCE_DAY: TimeInForce
TIME_IN_FORCE_GTC: TimeInForce
TIME_IN_FORCE_OPG: TimeInForce
TIME_IN_FORCE_IOC: TimeInForce
TIME_IN_FORCE_FOK: TimeInForce
TIME_IN_FORCE_GTD: TimeInForce
TIME_IN_FORCE_CLS: TimeInForce
ORDER_STATUS_UNSPECIFIED: OrderStatus
ORDER_STATUS_PENDING_NEW: OrderStatus
ORDER_STATUS_NEW: OrderStatus
ORDER_STATUS_PARTIALLY_FILLED: OrderStatus
ORDER_STATUS_FILLED: OrderStatus
ORDER_STATUS_PENDING_CANCEL: OrderStatus
ORDER_STATUS_CANCELED: OrderStatus
ORDER_STATUS_PENDING_REPLACE: OrderStatus
ORDER_STATUS_REPLACED: OrderStatus
ORDER_STATUS_REJECTED: OrderStatus
ORDER_STATUS_EXPIRED: OrderStatus
ORDER_STATUS_HELD: OrderStatus
ORDER_CLASS_UNSPECIFIED: OrderClass
ORDER_CLASS_SIMPLE: OrderClass
ORDER_CLASS_BRACKET: OrderClass
ORDER_CLASS_OCO: OrderClass
ORDER_CLASS_OTO: OrderClass
EXECUTION_TYPE_UNSPECIFIED: ExecutionType
EXECUTION_TYPE_NEW: ExecutionType
EXECUTION_TYPE_TRADE: ExecutionType
EXECUTION_TYPE_CANCELED: ExecutionType
EXECUTION_TYPE_REPLACED: ExecutionType
EXECUTION_TYPE_REJECTED: ExecutionType
EXECUTION_TYPE_EXPIRED: ExecutionType
EXECUTION_TYPE_CANCEL_REJECTED: ExecutionType
EXECUTION_TYPE_REPLACE_REJECTED: ExecutionType

class Instrument(_message.Message):
    __slots__ = ("symbol", "name", "exchange", "tick_size_nanos", "lot_size_nanos")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    TICK_SIZE_NANOS_FIELD_NUMBER: _ClassVar[int]
    LOT_SIZE_NANOS_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    name: str
    exchange: str
    tick_size_nanos: int
    lot_size_nanos: int
    def __init__(self, symbol: _Optional[str] = ..., name: _Optional[str] = ..., exchange: _Optional[str] = ..., tick_size_nanos: _Optional[int] = ..., lot_size_nanos: _Optional[int] = ...) -> None: ...

class Quote(_message.Message):
    __slots__ = ("symbol", "bid_price_nanos", "bid_quantity_nanos", "ask_price_nanos", "ask_quantity_nanos", "exchange_time_ns", "received_time_ns", "sequence", "exchange")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    BID_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    ASK_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    ASK_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    bid_price_nanos: int
    bid_quantity_nanos: int
    ask_price_nanos: int
    ask_quantity_nanos: int
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str
    def __init__(self, symbol: _Optional[str] = ..., bid_price_nanos: _Optional[int] = ..., bid_quantity_nanos: _Optional[int] = ..., ask_price_nanos: _Optional[int] = ..., ask_quantity_nanos: _Optional[int] = ..., exchange_time_ns: _Optional[int] = ..., received_time_ns: _Optional[int] = ..., sequence: _Optional[int] = ..., exchange: _Optional[str] = ...) -> None: ...

class Trade(_message.Message):
    __slots__ = ("symbol", "price_nanos", "quantity_nanos", "exchange_time_ns", "received_time_ns", "sequence", "exchange", "trade_id")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    TRADE_ID_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    price_nanos: int
    quantity_nanos: int
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str
    trade_id: str
    def __init__(self, symbol: _Optional[str] = ..., price_nanos: _Optional[int] = ..., quantity_nanos: _Optional[int] = ..., exchange_time_ns: _Optional[int] = ..., received_time_ns: _Optional[int] = ..., sequence: _Optional[int] = ..., exchange: _Optional[str] = ..., trade_id: _Optional[str] = ...) -> None: ...

class Bar(_message.Message):
    __slots__ = ("symbol", "start_time_ns", "open_price_nanos", "high_price_nanos", "low_price_nanos", "close_price_nanos", "volume_nanos", "trade_count", "vwap_price_nanos")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    START_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    OPEN_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    HIGH_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    LOW_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    CLOSE_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    VOLUME_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRADE_COUNT_FIELD_NUMBER: _ClassVar[int]
    VWAP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    start_time_ns: int
    open_price_nanos: int
    high_price_nanos: int
    low_price_nanos: int
    close_price_nanos: int
    volume_nanos: int
    trade_count: int
    vwap_price_nanos: int
    def __init__(self, symbol: _Optional[str] = ..., start_time_ns: _Optional[int] = ..., open_price_nanos: _Optional[int] = ..., high_price_nanos: _Optional[int] = ..., low_price_nanos: _Optional[int] = ..., close_price_nanos: _Optional[int] = ..., volume_nanos: _Optional[int] = ..., trade_count: _Optional[int] = ..., vwap_price_nanos: _Optional[int] = ...) -> None: ...
