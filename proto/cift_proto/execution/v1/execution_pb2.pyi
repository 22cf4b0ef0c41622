from cift_proto.matcher.v1 import matcher_pb2 as _matcher_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderExecution(_message.Message):
    __slots__ = ("broker", "report", "commission_nanos", "digests", "signature")
    BROKER_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    COMMISSION_NANOS_FIELD_NUMBER: _ClassVar[int]
    DIGESTS_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    broker: str
    report: _matcher_pb2.ExecutionReport
    commission_nanos: int
    digests: bytes
    signature: bytes
    def __init__(self, broker: _Optional[str] = ..., report: _Optional[_Union[_matcher_pb2.ExecutionReport, _Mapping]] = ..., commission_nanos: _Optional[int] = ..., digests: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("broker", "connected", "published_sequence", "reconciled_at_ns", "differences", "outage")
    BROKER_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECONCILED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    OUTAGE_FIELD_NUMBER: _ClassVar[int]
    broker: str
    connected: bool
    published_sequence: int
    reconciled_at_ns: int
    differences: int
    outage: VenueOutage
    def __init__(self, broker: _Optional[str] = ..., connected: _Optional[bool] = ..., published_sequence: _Optional[int] = ..., reconciled_at_ns: _Optional[int] = ..., differences: _Optional[int] = ..., outage: _Optional[_Union[VenueOutage, _Mapping]] = ...) -> None: ...

class VenueOutage(_message.Message):
    __slots__ = ("reason", "message", "since_ns")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SINCE_NS_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    since_ns: int
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ..., since_ns: _Optional[int] = ...) -> None: ...

class ReconcileRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReconcileResponse(_message.Message):
    __slots__ = ("orders_compared", "orders_sent_again", "differences")
    ORDERS_COMPARED_FIELD_NUMBER: _ClassVar[int]
    ORDERS_SENT_AGAIN_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    orders_compared: int
    orders_sent_again: int
    differences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, orders_compared: _Optional[int] = ..., orders_sent_again: _Optional[int] = ..., differences: _Optional[_Iterable[str]] = ...) -> None: ...

class CompareBookingsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CompareBookingsResponse(_message.Message):
    __slots__ = ("compared", "until_sequence", "venue_hash", "booked_hash", "differences")
    COMPARED_FIELD_NUMBER: _ClassVar[int]
    UNTIL_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    VENUE_HASH_FIELD_NUMBER: _ClassVar[int]
    BOOKED_HASH_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    compared: int
    until_sequence: int
    venue_hash: str
    booked_hash: str
    differences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, compared: _Optional[int] = ..., until_sequence: _Optional[int] = ..., venue_hash: _Optional[str] = ..., booked_hash: _Optional[str] = ..., differences: _Optional[_Iterable[str]] = ...) -> None: ...

class GetBookRequest(_message.Message):
    __slots__ = ("symbol", "depth")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    depth: int
    def __init__(self, symbol: _Optional[str] = ..., depth: _Optional[int] = ...) -> None: ...

class GetBookResponse(_message.Message):
    __slots__ = ("symbol", "bids", "asks", "sequence", "time_ns")
    class Level(_message.Message):
        __slots__ = ("price_nanos", "quantity_nanos", "orders")
        PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
        QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
        ORDERS_FIELD_NUMBER: _ClassVar[int]
        price_nanos: int
        quantity_nanos: int
        orders: int
        def __init__(self, price_nanos: _Optional[int] = ..., quantity_nanos: _Optional[int] = ..., orders: _Optional[int] = ...) -> None: ...
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    BIDS_FIELD_NUMBER: _ClassVar[int]
    ASKS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    bids: _containers.RepeatedCompositeFieldContainer[GetBookResponse.Level]
    asks: _containers.RepeatedCompositeFieldContainer[GetBookResponse.Level]
    sequence: int
    time_ns: int
    def __init__(self, symbol: _Optional[str] = ..., bids: _Optional[_Iterable[_Union[GetBookResponse.Level, _Mapping]]] = ..., asks: _Optional[_Iterable[_Union[GetBookResponse.Level, _Mapping]]] = ..., sequence: _Optional[int] = ..., time_ns: _Optional[int] = ...) -> None: ...

class ListTrailingStopsRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class ListTrailingStopsResponse(_message.Message):
    __slots__ = ("trailing_stops",)
    class TrailingStop(_message.Message):
        __slots__ = ("order_id", "high_water_price_nanos", "stop_price_nanos")
        ORDER_ID_FIELD_NUMBER: _ClassVar[int]
        HIGH_WATER_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
        STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
        order_id: str
        high_water_price_nanos: int
        stop_price_nanos: int
        def __init__(self, order_id: _Optional[str] = ..., high_water_price_nanos: _Optional[int] = ..., stop_price_nanos: _Optional[int] = ...) -> None: ...
    TRAILING_STOPS_FIELD_NUMBER: _ClassVar[int]
    trailing_stops: _containers.RepeatedCompositeFieldContainer[ListTrailingStopsResponse.TrailingStop]
    def __init__(self, trailing_stops: _Optional[_Iterable[_Union[ListTrailingStopsResponse.TrailingStop, _Mapping]]] = ...) -> None: ...
