from cift_proto.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SelfTradePrevention(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SELF_TRADE_PREVENTION_UNSPECIFIED: _ClassVar[SelfTradePrevention]
    SELF_TRADE_PREVENTION_NONE: _ClassVar[SelfTradePrevention]
    SELF_TRADE_PREVENTION_CANCEL_NEWEST: _ClassVar[SelfTradePrevention]
    SELF_TRADE_PREVENTION_CANCEL_OLDEST: _ClassVar[SelfTradePrevention]
    SELF_TRADE_PREVENTION_CANCEL_BOTH: _ClassVar[SelfTradePrevention]
    SELF_TRADE_PREVENTION_DECREMENT: _ClassVar[SelfTradePrevention]

class PostOnly(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POST_ONLY_UNSPECIFIED: _ClassVar[PostOnly]
    POST_ONLY_REJECT: _ClassVar[PostOnly]
    POST_ONLY_SLIDE: _ClassVar[PostOnly]

class AuctionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUCTION_KIND_UNSPECIFIED: _ClassVar[AuctionKind]
    AUCTION_KIND_OPENING: _ClassVar[AuctionKind]
    AUCTION_KIND_CLOSING: _ClassVar[AuctionKind]
SELF_TRADE_PREVENTION_UNSPECIFIED: SelfTradePrevention
SELF_TRADE_PREVENTION_NONE: SelfTradePrevention
SELF_TRADE_PREVENTION_CANCEL_NEWEST: SelfTradePrevention
SELF_TRADE_PREVENTION_CANCEL_OLDEST: SelfTradePrevention
SELF_TRADE_PREVENTION_CANCEL_BOTH: SelfTradePrevention
SELF_TRADE_PREVENTION_DECREMENT: SelfTradePrevention
POST_ONLY_UNSPECIFIED: PostOnly
POST_ONLY_REJECT: PostOnly
POST_ONLY_SLIDE: PostOnly
AUCTION_KIND_UNSPECIFIED: AuctionKind
AUCTION_KIND_OPENING: AuctionKind
AUCTION_KIND_CLOSING: AuctionKind

class Command(_message.Message):
    __slots__ = ("client_sequence", "time_ns", "put_instrument", "new_order", "cancel_order", "replace_order", "set_quote", "set_halt", "mass_cancel", "expire", "set_auction", "set_bands")
    CLIENT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    PUT_INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    NEW_ORDER_FIELD_NUMBER: _ClassVar[int]
    CANCEL_ORDER_FIELD_NUMBER: _ClassVar[int]
    REPLACE_ORDER_FIELD_NUMBER: _ClassVar[int]
    SET_QUOTE_FIELD_NUMBER: _ClassVar[int]
    SET_HALT_FIELD_NUMBER: _ClassVar[int]
    MASS_CANCEL_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_FIELD_NUMBER: _ClassVar[int]
    SET_AUCTION_FIELD_NUMBER: _ClassVar[int]
    SET_BANDS_FIELD_NUMBER: _ClassVar[int]
    client_sequence: int
    time_ns: int
    put_instrument: _types_pb2.Instrument
    new_order: NewOrder
    cancel_order: CancelOrder
    replace_order: ReplaceOrder
    set_quote: SetQuote
    set_halt: SetHalt
    mass_cancel: MassCancel
    expire: Expire
    set_auction: SetAuction
    set_bands: SetBands
    def __init__(self, client_sequence: _Optional[int] = ..., time_ns: _Optional[int] = ..., put_instrument: _Optional[_Union[_types_pb2.Instrument, _Mapping]] = ..., new_order: _Optional[_Union[NewOrder, _Mapping]] = ..., cancel_order: _Optional[_Union[CancelOrder, _Mapping]] = ..., replace_order: _Optional[_Union[ReplaceOrder, _Mapping]] = ..., set_quote: _Optional[_Union[SetQuote, _Mapping]] = ..., set_halt: _Optional[_Union[SetHalt, _Mapping]] = ..., mass_cancel: _Optional[_Union[MassCancel, _Mapping]] = ..., expire: _Optional[_Union[Expire, _Mapping]] = ..., set_auction: _Optional[_Union[SetAuction, _Mapping]] = ..., set_bands: _Optional[_Union[SetBands, _Mapping]] = ...) -> None: ...

class NewOrder(_message.Message):
    __slots__ = ("order_id", "account_id", "symbol", "side", "type", "time_in_force", "quantity_nanos", "limit_price_nanos", "stop_price_nanos", "trail_price_nanos", "trail_percent_bp", "expires_at_ns", "display_quantity_nanos", "minimum_quantity_nanos", "post_only", "self_trade_prevention")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TIME_IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRAIL_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRAIL_PERCENT_BP_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_NS_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    POST_ONLY_FIELD_NUMBER: _ClassVar[int]
    SELF_TRADE_PREVENTION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    account_id: str
    symbol: str
    side: _types_pb2.Side
    type: _types_pb2.OrderType
    time_in_force: _types_pb2.TimeInForce
    quantity_nanos: int
    limit_price_nanos: int
    stop_price_nanos: int
    trail_price_nanos: int
    trail_percent_bp: int
    expires_at_ns: int
    display_quantity_nanos: int
    minimum_quantity_nanos: int
    post_only: PostOnly
    self_trade_prevention: SelfTradePrevention
    def __init__(self, order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., type: _Optional[_Union[_types_pb2.OrderType, str]] = ..., time_in_force: _Optional[_Union[_types_pb2.TimeInForce, str]] = ..., quantity_nanos: _Optional[int] = ..., limit_price_nanos: _Optional[int] = ..., stop_price_nanos: _Optional[int] = ..., trail_price_nanos: _Optional[int] = ..., trail_percent_bp: _Optional[int] = ..., expires_at_ns: _Optional[int] = ..., display_quantity_nanos: _Optional[int] = ..., minimum_quantity_nanos: _Optional[int] = ..., post_only: _Optional[_Union[PostOnly, str]] = ..., self_trade_prevention: _Optional[_Union[SelfTradePrevention, str]] = ...) -> None: ...

class CancelOrder(_message.Message):
    __slots__ = ("order_id", "symbol")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    symbol: str
    def __init__(self, order_id: _Optional[str] = ..., symbol: _Optional[str] = ...) -> None: ...

class ReplaceOrder(_message.Message):
    __slots__ = ("order_id", "symbol", "new_order_id", "quantity_nanos", "limit_price_nanos", "stop_price_nanos", "trail_price_nanos", "trail_percent_bp", "time_in_force", "expires_at_ns")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    NEW_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRAIL_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRAIL_PERCENT_BP_FIELD_NUMBER: _ClassVar[int]
    TIME_IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_NS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    symbol: str
    new_order_id: str
    quantity_nanos: int
    limit_price_nanos: int
    stop_price_nanos: int
    trail_price_nanos: int
    trail_percent_bp: int
    time_in_force: _types_pb2.TimeInForce
    expires_at_ns: int
    def __init__(self, order_id: _Optional[str] = ..., symbol: _Optional[str] = ..., new_order_id: _Optional[str] = ..., quantity_nanos: _Optional[int] = ..., limit_price_nanos: _Optional[int] = ..., stop_price_nanos: _Optional[int] = ..., trail_price_nanos: _Optional[int] = ..., trail_percent_bp: _Optional[int] = ..., time_in_force: _Optional[_Union[_types_pb2.TimeInForce, str]] = ..., expires_at_ns: _Optional[int] = ...) -> None: ...

class SetQuote(_message.Message):
    __slots__ = ("quote",)
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    quote: _types_pb2.Quote
    def __init__(self, quote: _Optional[_Union[_types_pb2.Quote, _Mapping]] = ...) -> None: ...

class SetHalt(_message.Message):
    __slots__ = ("symbol", "halted", "reason")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    HALTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    halted: bool
    reason: str
    def __init__(self, symbol: _Optional[str] = ..., halted: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class MassCancel(_message.Message):
    __slots__ = ("account_id", "symbol")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ...) -> None: ...

class Expire(_message.Message):
    __slots__ = ("session_close",)
    SESSION_CLOSE_FIELD_NUMBER: _ClassVar[int]
    session_close: bool
    def __init__(self, session_close: _Optional[bool] = ...) -> None: ...

class SetAuction(_message.Message):
    __slots__ = ("symbol", "open", "reference_price_nanos", "kind")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    open: bool
    reference_price_nanos: int
    kind: AuctionKind
    def __init__(self, symbol: _Optional[str] = ..., open: _Optional[bool] = ..., reference_price_nanos: _Optional[int] = ..., kind: _Optional[_Union[AuctionKind, str]] = ...) -> None: ...

class SetBands(_message.Message):
    __slots__ = ("symbol", "lower_price_nanos", "upper_price_nanos")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    LOWER_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    UPPER_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    lower_price_nanos: int
    upper_price_nanos: int
    def __init__(self, symbol: _Optional[str] = ..., lower_price_nanos: _Optional[int] = ..., upper_price_nanos: _Optional[int] = ...) -> None: ...

class ExecutionReport(_message.Message):
    __slots__ = ("sequence", "execution_id", "type", "order_id", "original_order_id", "account_id", "symbol", "side", "last_price_nanos", "last_quantity_nanos", "cumulative_quantity_nanos", "leaves_quantity_nanos", "maker", "reason", "time_ns", "venue_duration_ns", "match_duration_ns", "trade_id", "price_nanos")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    LAST_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    LAST_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    CUMULATIVE_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    LEAVES_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    VENUE_DURATION_NS_FIELD_NUMBER: _ClassVar[int]
    MATCH_DURATION_NS_FIELD_NUMBER: _ClassVar[int]
    TRADE_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    execution_id: str
    type: _types_pb2.ExecutionType
    order_id: str
    original_order_id: str
    account_id: str
    symbol: str
    side: _types_pb2.Side
    last_price_nanos: int
    last_quantity_nanos: int
    cumulative_quantity_nanos: int
    leaves_quantity_nanos: int
    maker: bool
    reason: str
    time_ns: int
    venue_duration_ns: int
    match_duration_ns: int
    trade_id: int
    price_nanos: int
    def __init__(self, sequence: _Optional[int] = ..., execution_id: _Optional[str] = ..., type: _Optional[_Union[_types_pb2.ExecutionType, str]] = ..., order_id: _Optional[str] = ..., original_order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., last_price_nanos: _Optional[int] = ..., last_quantity_nanos: _Optional[int] = ..., cumulative_quantity_nanos: _Optional[int] = ..., leaves_quantity_nanos: _Optional[int] = ..., maker: _Optional[bool] = ..., reason: _Optional[str] = ..., time_ns: _Optional[int] = ..., venue_duration_ns: _Optional[int] = ..., match_duration_ns: _Optional[int] = ..., trade_id: _Optional[int] = ..., price_nanos: _Optional[int] = ...) -> None: ...

class SessionRequest(_message.Message):
    __slots__ = ("resume", "commands")
    RESUME_FIELD_NUMBER: _ClassVar[int]
    COMMANDS_FIELD_NUMBER: _ClassVar[int]
    resume: Resume
    commands: Commands
    def __init__(self, resume: _Optional[_Union[Resume, _Mapping]] = ..., commands: _Optional[_Union[Commands, _Mapping]] = ...) -> None: ...

class Resume(_message.Message):
    __slots__ = ("after_sequence", "client")
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    after_sequence: int
    client: str
    def __init__(self, after_sequence: _Optional[int] = ..., client: _Optional[str] = ...) -> None: ...

class Commands(_message.Message):
    __slots__ = ("commands",)
    COMMANDS_FIELD_NUMBER: _ClassVar[int]
    commands: _containers.RepeatedCompositeFieldContainer[Command]
    def __init__(self, commands: _Optional[_Iterable[_Union[Command, _Mapping]]] = ...) -> None: ...

class SessionResponse(_message.Message):
    __slots__ = ("reports", "refusal", "resume_complete")
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    RESUME_COMPLETE_FIELD_NUMBER: _ClassVar[int]
    reports: ExecutionReports
    refusal: Refusal
    resume_complete: ResumeComplete
    def __init__(self, reports: _Optional[_Union[ExecutionReports, _Mapping]] = ..., refusal: _Optional[_Union[Refusal, _Mapping]] = ..., resume_complete: _Optional[_Union[ResumeComplete, _Mapping]] = ...) -> None: ...

class ExecutionReports(_message.Message):
    __slots__ = ("reports",)
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[ExecutionReport]
    def __init__(self, reports: _Optional[_Iterable[_Union[ExecutionReport, _Mapping]]] = ...) -> None: ...

class ResumeComplete(_message.Message):
    __slots__ = ("last_sequence",)
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    last_sequence: int
    def __init__(self, last_sequence: _Optional[int] = ...) -> None: ...

class Refusal(_message.Message):
    __slots__ = ("client_sequence", "reason", "message", "order_id")
    CLIENT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    client_sequence: int
    reason: str
    message: str
    order_id: str
    def __init__(self, client_sequence: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class ExecuteRequest(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: Command
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ...) -> None: ...

class ExecuteResponse(_message.Message):
    __slots__ = ("reports", "refusal")
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[ExecutionReport]
    refusal: Refusal
    def __init__(self, reports: _Optional[_Iterable[_Union[ExecutionReport, _Mapping]]] = ..., refusal: _Optional[_Union[Refusal, _Mapping]] = ...) -> None: ...

class VenueOrder(_message.Message):
    __slots__ = ("order_id", "account_id", "symbol", "side", "quantity_nanos", "leaves_quantity_nanos", "limit_price_nanos", "open", "last_sequence", "last_report", "stop_price_nanos", "high_water_price_nanos")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    LEAVES_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LAST_REPORT_FIELD_NUMBER: _ClassVar[int]
    STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    HIGH_WATER_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    account_id: str
    symbol: str
    side: _types_pb2.Side
    quantity_nanos: int
    leaves_quantity_nanos: int
    limit_price_nanos: int
    open: bool
    last_sequence: int
    last_report: ExecutionReport
    stop_price_nanos: int
    high_water_price_nanos: int
    def __init__(self, order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., quantity_nanos: _Optional[int] = ..., leaves_quantity_nanos: _Optional[int] = ..., limit_price_nanos: _Optional[int] = ..., open: _Optional[bool] = ..., last_sequence: _Optional[int] = ..., last_report: _Optional[_Union[ExecutionReport, _Mapping]] = ..., stop_price_nanos: _Optional[int] = ..., high_water_price_nanos: _Optional[int] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class GetOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: VenueOrder
    def __init__(self, order: _Optional[_Union[VenueOrder, _Mapping]] = ...) -> None: ...

class GetBookRequest(_message.Message):
    __slots__ = ("symbol", "depth")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    depth: int
    def __init__(self, symbol: _Optional[str] = ..., depth: _Optional[int] = ...) -> None: ...

class GetBookResponse(_message.Message):
    __slots__ = ("bids", "asks", "sequence")
    class Level(_message.Message):
        __slots__ = ("price_nanos", "quantity_nanos", "orders")
        PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
        QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
        ORDERS_FIELD_NUMBER: _ClassVar[int]
        price_nanos: int
        quantity_nanos: int
        orders: int
        def __init__(self, price_nanos: _Optional[int] = ..., quantity_nanos: _Optional[int] = ..., orders: _Optional[int] = ...) -> None: ...
    BIDS_FIELD_NUMBER: _ClassVar[int]
    ASKS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    bids: _containers.RepeatedCompositeFieldContainer[GetBookResponse.Level]
    asks: _containers.RepeatedCompositeFieldContainer[GetBookResponse.Level]
    sequence: int
    def __init__(self, bids: _Optional[_Iterable[_Union[GetBookResponse.Level, _Mapping]]] = ..., asks: _Optional[_Iterable[_Union[GetBookResponse.Level, _Mapping]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("symbol", "account_id")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    account_id: str
    def __init__(self, symbol: _Optional[str] = ..., account_id: _Optional[str] = ...) -> None: ...

class ListOrdersResponse(_message.Message):
    __slots__ = ("orders",)
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[VenueOrder]
    def __init__(self, orders: _Optional[_Iterable[_Union[VenueOrder, _Mapping]]] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("last_sequence", "first_sequence", "state_hash", "open_orders", "journal_bytes", "draining", "version")
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATE_HASH_FIELD_NUMBER: _ClassVar[int]
    OPEN_ORDERS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    last_sequence: int
    first_sequence: int
    state_hash: str
    open_orders: int
    journal_bytes: int
    draining: bool
    version: str
    def __init__(self, last_sequence: _Optional[int] = ..., first_sequence: _Optional[int] = ..., state_hash: _Optional[str] = ..., open_orders: _Optional[int] = ..., journal_bytes: _Optional[int] = ..., draining: _Optional[bool] = ..., version: _Optional[str] = ...) -> None: ...

class SnapshotRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SnapshotResponse(_message.Message):
    __slots__ = ("sequence", "state_hash")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATE_HASH_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    state_hash: str
    def __init__(self, sequence: _Optional[int] = ..., state_hash: _Optional[str] = ...) -> None: ...
