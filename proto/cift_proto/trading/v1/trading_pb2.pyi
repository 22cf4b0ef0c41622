from cift_proto.common.v1 import types_pb2 as _types_pb2
from cift_proto.matcher.v1 import matcher_pb2 as _matcher_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BookedTrade(_message.Message):
    __slots__ = ("execution_id", "sequence", "order_id", "account_id", "symbol", "side", "price_nanos", "quantity_nanos", "discarded")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    DISCARDED_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    sequence: int
    order_id: str
    account_id: str
    symbol: str
    side: _types_pb2.Side
    price_nanos: int
    quantity_nanos: int
    discarded: bool
    def __init__(self, execution_id: _Optional[str] = ..., sequence: _Optional[int] = ..., order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., price_nanos: _Optional[int] = ..., quantity_nanos: _Optional[int] = ..., discarded: _Optional[bool] = ...) -> None: ...

class ListBookedTradesRequest(_message.Message):
    __slots__ = ("broker", "after_sequence", "limit")
    BROKER_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    broker: str
    after_sequence: int
    limit: int
    def __init__(self, broker: _Optional[str] = ..., after_sequence: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListBookedTradesResponse(_message.Message):
    __slots__ = ("trades", "more")
    TRADES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    trades: _containers.RepeatedCompositeFieldContainer[BookedTrade]
    more: bool
    def __init__(self, trades: _Optional[_Iterable[_Union[BookedTrade, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...

class QuarantinedReport(_message.Message):
    __slots__ = ("quarantine_id", "reason", "message", "execution_id", "order_id", "account_id", "symbol", "payload", "halt_scope", "halt_key", "recorded_at_ns", "state", "resolved_by", "resolved_at_ns")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[QuarantinedReport.State]
        STATE_OPEN: _ClassVar[QuarantinedReport.State]
        STATE_BOOKED: _ClassVar[QuarantinedReport.State]
        STATE_DISCARDED: _ClassVar[QuarantinedReport.State]
    STATE_UNSPECIFIED: QuarantinedReport.State
    STATE_OPEN: QuarantinedReport.State
    STATE_BOOKED: QuarantinedReport.State
    STATE_DISCARDED: QuarantinedReport.State
    QUARANTINE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    HALT_SCOPE_FIELD_NUMBER: _ClassVar[int]
    HALT_KEY_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_BY_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    quarantine_id: str
    reason: str
    message: str
    execution_id: str
    order_id: str
    account_id: str
    symbol: str
    payload: bytes
    halt_scope: str
    halt_key: str
    recorded_at_ns: int
    state: QuarantinedReport.State
    resolved_by: str
    resolved_at_ns: int
    def __init__(self, quarantine_id: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., execution_id: _Optional[str] = ..., order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., payload: _Optional[bytes] = ..., halt_scope: _Optional[str] = ..., halt_key: _Optional[str] = ..., recorded_at_ns: _Optional[int] = ..., state: _Optional[_Union[QuarantinedReport.State, str]] = ..., resolved_by: _Optional[str] = ..., resolved_at_ns: _Optional[int] = ...) -> None: ...

class ListQuarantineRequest(_message.Message):
    __slots__ = ("all", "limit")
    ALL_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    all: bool
    limit: int
    def __init__(self, all: _Optional[bool] = ..., limit: _Optional[int] = ...) -> None: ...

class ListQuarantineResponse(_message.Message):
    __slots__ = ("reports",)
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[QuarantinedReport]
    def __init__(self, reports: _Optional[_Iterable[_Union[QuarantinedReport, _Mapping]]] = ...) -> None: ...

class ResolveQuarantineRequest(_message.Message):
    __slots__ = ("quarantine_id", "state", "actor")
    QUARANTINE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    quarantine_id: str
    state: QuarantinedReport.State
    actor: str
    def __init__(self, quarantine_id: _Optional[str] = ..., state: _Optional[_Union[QuarantinedReport.State, str]] = ..., actor: _Optional[str] = ...) -> None: ...

class ResolveQuarantineResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: QuarantinedReport
    def __init__(self, report: _Optional[_Union[QuarantinedReport, _Mapping]] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("order_id", "account_id", "client_order_id", "symbol", "side", "type", "time_in_force", "quantity_nanos", "limit_price_nanos", "stop_price_nanos", "trail_price_nanos", "trail_percent_bp", "expires_at_ns", "extended_hours", "status", "filled_quantity_nanos", "filled_average_price_nanos", "reason", "submitted_at_ns", "updated_at_ns", "filled_at_ns", "canceled_at_ns", "expired_at_ns", "failed_at_ns", "replaced_at_ns", "replaced_by", "replaces", "strategy", "version", "order_class", "group_id", "legs", "high_water_price_nanos", "trailing_stop_price_nanos")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
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
    EXTENDED_HOURS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FILLED_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    FILLED_AVERAGE_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    FILLED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    CANCELED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    FAILED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    REPLACED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    REPLACED_BY_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ORDER_CLASS_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    LEGS_FIELD_NUMBER: _ClassVar[int]
    HIGH_WATER_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRAILING_STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    account_id: str
    client_order_id: str
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
    extended_hours: bool
    status: _types_pb2.OrderStatus
    filled_quantity_nanos: int
    filled_average_price_nanos: int
    reason: str
    submitted_at_ns: int
    updated_at_ns: int
    filled_at_ns: int
    canceled_at_ns: int
    expired_at_ns: int
    failed_at_ns: int
    replaced_at_ns: int
    replaced_by: str
    replaces: str
    strategy: str
    version: int
    order_class: _types_pb2.OrderClass
    group_id: str
    legs: _containers.RepeatedCompositeFieldContainer[Order]
    high_water_price_nanos: int
    trailing_stop_price_nanos: int
    def __init__(self, order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., client_order_id: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., type: _Optional[_Union[_types_pb2.OrderType, str]] = ..., time_in_force: _Optional[_Union[_types_pb2.TimeInForce, str]] = ..., quantity_nanos: _Optional[int] = ..., limit_price_nanos: _Optional[int] = ..., stop_price_nanos: _Optional[int] = ..., trail_price_nanos: _Optional[int] = ..., trail_percent_bp: _Optional[int] = ..., expires_at_ns: _Optional[int] = ..., extended_hours: _Optional[bool] = ..., status: _Optional[_Union[_types_pb2.OrderStatus, str]] = ..., filled_quantity_nanos: _Optional[int] = ..., filled_average_price_nanos: _Optional[int] = ..., reason: _Optional[str] = ..., submitted_at_ns: _Optional[int] = ..., updated_at_ns: _Optional[int] = ..., filled_at_ns: _Optional[int] = ..., canceled_at_ns: _Optional[int] = ..., expired_at_ns: _Optional[int] = ..., failed_at_ns: _Optional[int] = ..., replaced_at_ns: _Optional[int] = ..., replaced_by: _Optional[str] = ..., replaces: _Optional[str] = ..., strategy: _Optional[str] = ..., version: _Optional[int] = ..., order_class: _Optional[_Union[_types_pb2.OrderClass, str]] = ..., group_id: _Optional[str] = ..., legs: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., high_water_price_nanos: _Optional[int] = ..., trailing_stop_price_nanos: _Optional[int] = ...) -> None: ...

class RiskDecision(_message.Message):
    __slots__ = ("policy_version", "decided_at_ns", "checks_passed", "duration_ns", "signature", "bid_price_nanos", "ask_price_nanos", "original_order_id", "protection_price_nanos", "self_trade_prevention")
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    CHECKS_PASSED_FIELD_NUMBER: _ClassVar[int]
    DURATION_NS_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    ASK_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PROTECTION_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    SELF_TRADE_PREVENTION_FIELD_NUMBER: _ClassVar[int]
    policy_version: int
    decided_at_ns: int
    checks_passed: int
    duration_ns: int
    signature: bytes
    bid_price_nanos: int
    ask_price_nanos: int
    original_order_id: str
    protection_price_nanos: int
    self_trade_prevention: _matcher_pb2.SelfTradePrevention
    def __init__(self, policy_version: _Optional[int] = ..., decided_at_ns: _Optional[int] = ..., checks_passed: _Optional[int] = ..., duration_ns: _Optional[int] = ..., signature: _Optional[bytes] = ..., bid_price_nanos: _Optional[int] = ..., ask_price_nanos: _Optional[int] = ..., original_order_id: _Optional[str] = ..., protection_price_nanos: _Optional[int] = ..., self_trade_prevention: _Optional[_Union[_matcher_pb2.SelfTradePrevention, str]] = ...) -> None: ...

class OrderNew(_message.Message):
    __slots__ = ("order", "decision")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    order: Order
    decision: RiskDecision
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., decision: _Optional[_Union[RiskDecision, _Mapping]] = ...) -> None: ...

class OrderCancel(_message.Message):
    __slots__ = ("order_id", "account_id", "symbol", "requested_at_ns", "signature")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    account_id: str
    symbol: str
    requested_at_ns: int
    signature: bytes
    def __init__(self, order_id: _Optional[str] = ..., account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., requested_at_ns: _Optional[int] = ..., signature: _Optional[bytes] = ...) -> None: ...

class OrderReplace(_message.Message):
    __slots__ = ("original_order_id", "order", "decision")
    ORIGINAL_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    original_order_id: str
    order: Order
    decision: RiskDecision
    def __init__(self, original_order_id: _Optional[str] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., decision: _Optional[_Union[RiskDecision, _Mapping]] = ...) -> None: ...

class SubmitOrderRequest(_message.Message):
    __slots__ = ("account_id", "client_order_id", "symbol", "side", "type", "time_in_force", "quantity_nanos", "limit_price_nanos", "stop_price_nanos", "trail_price_nanos", "trail_percent_bp", "expires_at_ns", "extended_hours", "strategy", "order_class", "take_profit_limit_price_nanos", "stop_loss_stop_price_nanos", "stop_loss_limit_price_nanos")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
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
    EXTENDED_HOURS_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    ORDER_CLASS_FIELD_NUMBER: _ClassVar[int]
    TAKE_PROFIT_LIMIT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    STOP_LOSS_STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    STOP_LOSS_LIMIT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    client_order_id: str
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
    extended_hours: bool
    strategy: str
    order_class: _types_pb2.OrderClass
    take_profit_limit_price_nanos: int
    stop_loss_stop_price_nanos: int
    stop_loss_limit_price_nanos: int
    def __init__(self, account_id: _Optional[str] = ..., client_order_id: _Optional[str] = ..., symbol: _Optional[str] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., type: _Optional[_Union[_types_pb2.OrderType, str]] = ..., time_in_force: _Optional[_Union[_types_pb2.TimeInForce, str]] = ..., quantity_nanos: _Optional[int] = ..., limit_price_nanos: _Optional[int] = ..., stop_price_nanos: _Optional[int] = ..., trail_price_nanos: _Optional[int] = ..., trail_percent_bp: _Optional[int] = ..., expires_at_ns: _Optional[int] = ..., extended_hours: _Optional[bool] = ..., strategy: _Optional[str] = ..., order_class: _Optional[_Union[_types_pb2.OrderClass, str]] = ..., take_profit_limit_price_nanos: _Optional[int] = ..., stop_loss_stop_price_nanos: _Optional[int] = ..., stop_loss_limit_price_nanos: _Optional[int] = ...) -> None: ...

class SubmitOrderResponse(_message.Message):
    __slots__ = ("order", "duplicate")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    order: Order
    duplicate: bool
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., duplicate: _Optional[bool] = ...) -> None: ...

class PreviewOrderRequest(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: SubmitOrderRequest
    def __init__(self, order: _Optional[_Union[SubmitOrderRequest, _Mapping]] = ...) -> None: ...

class PreviewOrderResponse(_message.Message):
    __slots__ = ("accepted", "reason", "field", "limit", "message", "unavailable", "checks", "policy_version", "usages", "bid_price_nanos", "ask_price_nanos")
    class Usage(_message.Message):
        __slots__ = ("rule", "unit", "before", "after", "limit")
        RULE_FIELD_NUMBER: _ClassVar[int]
        UNIT_FIELD_NUMBER: _ClassVar[int]
        BEFORE_FIELD_NUMBER: _ClassVar[int]
        AFTER_FIELD_NUMBER: _ClassVar[int]
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        rule: str
        unit: str
        before: str
        after: str
        limit: str
        def __init__(self, rule: _Optional[str] = ..., unit: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ..., limit: _Optional[str] = ...) -> None: ...
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    USAGES_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    ASK_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    accepted: bool
    reason: str
    field: str
    limit: str
    message: str
    unavailable: bool
    checks: int
    policy_version: int
    usages: _containers.RepeatedCompositeFieldContainer[PreviewOrderResponse.Usage]
    bid_price_nanos: int
    ask_price_nanos: int
    def __init__(self, accepted: _Optional[bool] = ..., reason: _Optional[str] = ..., field: _Optional[str] = ..., limit: _Optional[str] = ..., message: _Optional[str] = ..., unavailable: _Optional[bool] = ..., checks: _Optional[int] = ..., policy_version: _Optional[int] = ..., usages: _Optional[_Iterable[_Union[PreviewOrderResponse.Usage, _Mapping]]] = ..., bid_price_nanos: _Optional[int] = ..., ask_price_nanos: _Optional[int] = ...) -> None: ...

class ReplaceOrderRequest(_message.Message):
    __slots__ = ("account_id", "order_id", "client_order_id", "quantity_nanos", "limit_price_nanos", "stop_price_nanos", "trail_price_nanos", "time_in_force", "trail_percent_bp", "expires_at_ns", "trail_nanos")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    STOP_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TRAIL_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    TIME_IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    TRAIL_PERCENT_BP_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_NS_FIELD_NUMBER: _ClassVar[int]
    TRAIL_NANOS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    order_id: str
    client_order_id: str
    quantity_nanos: int
    limit_price_nanos: int
    stop_price_nanos: int
    trail_price_nanos: int
    time_in_force: _types_pb2.TimeInForce
    trail_percent_bp: int
    expires_at_ns: int
    trail_nanos: int
    def __init__(self, account_id: _Optional[str] = ..., order_id: _Optional[str] = ..., client_order_id: _Optional[str] = ..., quantity_nanos: _Optional[int] = ..., limit_price_nanos: _Optional[int] = ..., stop_price_nanos: _Optional[int] = ..., trail_price_nanos: _Optional[int] = ..., time_in_force: _Optional[_Union[_types_pb2.TimeInForce, str]] = ..., trail_percent_bp: _Optional[int] = ..., expires_at_ns: _Optional[int] = ..., trail_nanos: _Optional[int] = ...) -> None: ...

class ReplaceOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class CancelOrderRequest(_message.Message):
    __slots__ = ("account_id", "order_id")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    order_id: str
    def __init__(self, account_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class CancelOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class CancelAllOrdersRequest(_message.Message):
    __slots__ = ("account_id", "symbol")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ...) -> None: ...

class CancelAllOrdersResponse(_message.Message):
    __slots__ = ("orders",)
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    def __init__(self, orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("account_id", "order_id", "client_order_id", "nested")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    NESTED_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    order_id: str
    client_order_id: str
    nested: bool
    def __init__(self, account_id: _Optional[str] = ..., order_id: _Optional[str] = ..., client_order_id: _Optional[str] = ..., nested: _Optional[bool] = ...) -> None: ...

class GetOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("account_id", "filter", "limit", "after_ns", "until_ns", "ascending", "symbols", "side", "nested")
    class Filter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        FILTER_UNSPECIFIED: _ClassVar[ListOrdersRequest.Filter]
        FILTER_OPEN: _ClassVar[ListOrdersRequest.Filter]
        FILTER_CLOSED: _ClassVar[ListOrdersRequest.Filter]
        FILTER_ALL: _ClassVar[ListOrdersRequest.Filter]
    FILTER_UNSPECIFIED: ListOrdersRequest.Filter
    FILTER_OPEN: ListOrdersRequest.Filter
    FILTER_CLOSED: ListOrdersRequest.Filter
    FILTER_ALL: ListOrdersRequest.Filter
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    AFTER_NS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_NS_FIELD_NUMBER: _ClassVar[int]
    ASCENDING_FIELD_NUMBER: _ClassVar[int]
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    NESTED_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    filter: ListOrdersRequest.Filter
    limit: int
    after_ns: int
    until_ns: int
    ascending: bool
    symbols: _containers.RepeatedScalarFieldContainer[str]
    side: _types_pb2.Side
    nested: bool
    def __init__(self, account_id: _Optional[str] = ..., filter: _Optional[_Union[ListOrdersRequest.Filter, str]] = ..., limit: _Optional[int] = ..., after_ns: _Optional[int] = ..., until_ns: _Optional[int] = ..., ascending: _Optional[bool] = ..., symbols: _Optional[_Iterable[str]] = ..., side: _Optional[_Union[_types_pb2.Side, str]] = ..., nested: _Optional[bool] = ...) -> None: ...

class ListOrdersResponse(_message.Message):
    __slots__ = ("orders",)
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    def __init__(self, orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ...) -> None: ...

class Position(_message.Message):
    __slots__ = ("account_id", "symbol", "quantity_nanos", "average_entry_price_nanos", "cost_basis", "realized_pnl", "quantity_available_nanos", "current_price_nanos", "last_day_price_nanos", "updated_at_ns", "intraday_quantity_nanos", "intraday_cost_basis")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_ENTRY_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    COST_BASIS_FIELD_NUMBER: _ClassVar[int]
    REALIZED_PNL_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_AVAILABLE_NANOS_FIELD_NUMBER: _ClassVar[int]
    CURRENT_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    INTRADAY_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    INTRADAY_COST_BASIS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    quantity_nanos: int
    average_entry_price_nanos: int
    cost_basis: str
    realized_pnl: str
    quantity_available_nanos: int
    current_price_nanos: int
    last_day_price_nanos: int
    updated_at_ns: int
    intraday_quantity_nanos: int
    intraday_cost_basis: str
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., quantity_nanos: _Optional[int] = ..., average_entry_price_nanos: _Optional[int] = ..., cost_basis: _Optional[str] = ..., realized_pnl: _Optional[str] = ..., quantity_available_nanos: _Optional[int] = ..., current_price_nanos: _Optional[int] = ..., last_day_price_nanos: _Optional[int] = ..., updated_at_ns: _Optional[int] = ..., intraday_quantity_nanos: _Optional[int] = ..., intraday_cost_basis: _Optional[str] = ...) -> None: ...

class ListPositionsRequest(_message.Message):
    __slots__ = ("account_id", "symbol")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ...) -> None: ...

class ListPositionsResponse(_message.Message):
    __slots__ = ("positions",)
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    positions: _containers.RepeatedCompositeFieldContainer[Position]
    def __init__(self, positions: _Optional[_Iterable[_Union[Position, _Mapping]]] = ...) -> None: ...

class ListAllPositionsRequest(_message.Message):
    __slots__ = ("symbol",)
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    def __init__(self, symbol: _Optional[str] = ...) -> None: ...

class ListAllPositionsResponse(_message.Message):
    __slots__ = ("positions",)
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    positions: _containers.RepeatedCompositeFieldContainer[Position]
    def __init__(self, positions: _Optional[_Iterable[_Union[Position, _Mapping]]] = ...) -> None: ...

class ClosePositionRequest(_message.Message):
    __slots__ = ("account_id", "symbol", "quantity_nanos")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    quantity_nanos: int
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., quantity_nanos: _Optional[int] = ...) -> None: ...

class ClosePositionResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("account_id", "account_number", "currency", "cash", "buying_power", "equity", "last_equity", "long_market_value", "short_market_value", "reserved", "trading_blocked", "blocked_reason", "suspended_by_user", "created_at_ns", "sequence", "multiplier", "shorting_enabled", "self_trade_prevention")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    BUYING_POWER_FIELD_NUMBER: _ClassVar[int]
    EQUITY_FIELD_NUMBER: _ClassVar[int]
    LAST_EQUITY_FIELD_NUMBER: _ClassVar[int]
    LONG_MARKET_VALUE_FIELD_NUMBER: _ClassVar[int]
    SHORT_MARKET_VALUE_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    TRADING_BLOCKED_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_REASON_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_BY_USER_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    SHORTING_ENABLED_FIELD_NUMBER: _ClassVar[int]
    SELF_TRADE_PREVENTION_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_number: str
    currency: str
    cash: str
    buying_power: str
    equity: str
    last_equity: str
    long_market_value: str
    short_market_value: str
    reserved: str
    trading_blocked: bool
    blocked_reason: str
    suspended_by_user: bool
    created_at_ns: int
    sequence: int
    multiplier: int
    shorting_enabled: bool
    self_trade_prevention: _matcher_pb2.SelfTradePrevention
    def __init__(self, account_id: _Optional[str] = ..., account_number: _Optional[str] = ..., currency: _Optional[str] = ..., cash: _Optional[str] = ..., buying_power: _Optional[str] = ..., equity: _Optional[str] = ..., last_equity: _Optional[str] = ..., long_market_value: _Optional[str] = ..., short_market_value: _Optional[str] = ..., reserved: _Optional[str] = ..., trading_blocked: _Optional[bool] = ..., blocked_reason: _Optional[str] = ..., suspended_by_user: _Optional[bool] = ..., created_at_ns: _Optional[int] = ..., sequence: _Optional[int] = ..., multiplier: _Optional[int] = ..., shorting_enabled: _Optional[bool] = ..., self_trade_prevention: _Optional[_Union[_matcher_pb2.SelfTradePrevention, str]] = ...) -> None: ...

class OpenAccountRequest(_message.Message):
    __slots__ = ("account_id", "deposit")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    deposit: str
    def __init__(self, account_id: _Optional[str] = ..., deposit: _Optional[str] = ...) -> None: ...

class OpenAccountResponse(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: Account
    def __init__(self, account: _Optional[_Union[Account, _Mapping]] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class GetAccountResponse(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: Account
    def __init__(self, account: _Optional[_Union[Account, _Mapping]] = ...) -> None: ...

class ConfigureAccountRequest(_message.Message):
    __slots__ = ("account_id", "suspended", "shorting_enabled", "self_trade_prevention")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    SHORTING_ENABLED_FIELD_NUMBER: _ClassVar[int]
    SELF_TRADE_PREVENTION_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    suspended: bool
    shorting_enabled: bool
    self_trade_prevention: _matcher_pb2.SelfTradePrevention
    def __init__(self, account_id: _Optional[str] = ..., suspended: _Optional[bool] = ..., shorting_enabled: _Optional[bool] = ..., self_trade_prevention: _Optional[_Union[_matcher_pb2.SelfTradePrevention, str]] = ...) -> None: ...

class ConfigureAccountResponse(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: Account
    def __init__(self, account: _Optional[_Union[Account, _Mapping]] = ...) -> None: ...

class GetPortfolioHistoryRequest(_message.Message):
    __slots__ = ("account_id", "start_ns", "end_ns", "interval_ns")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    START_NS_FIELD_NUMBER: _ClassVar[int]
    END_NS_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_NS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    start_ns: int
    end_ns: int
    interval_ns: int
    def __init__(self, account_id: _Optional[str] = ..., start_ns: _Optional[int] = ..., end_ns: _Optional[int] = ..., interval_ns: _Optional[int] = ...) -> None: ...

class GetPortfolioHistoryResponse(_message.Message):
    __slots__ = ("points", "base_value")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    BASE_VALUE_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[EquityPoint]
    base_value: str
    def __init__(self, points: _Optional[_Iterable[_Union[EquityPoint, _Mapping]]] = ..., base_value: _Optional[str] = ...) -> None: ...

class EquityPoint(_message.Message):
    __slots__ = ("time_ns", "equity", "profit_loss")
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    EQUITY_FIELD_NUMBER: _ClassVar[int]
    PROFIT_LOSS_FIELD_NUMBER: _ClassVar[int]
    time_ns: int
    equity: str
    profit_loss: str
    def __init__(self, time_ns: _Optional[int] = ..., equity: _Optional[str] = ..., profit_loss: _Optional[str] = ...) -> None: ...

class ListActivitiesRequest(_message.Message):
    __slots__ = ("account_id", "limit", "after_ns", "until_ns", "ascending", "page_sequence")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    AFTER_NS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_NS_FIELD_NUMBER: _ClassVar[int]
    ASCENDING_FIELD_NUMBER: _ClassVar[int]
    PAGE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    limit: int
    after_ns: int
    until_ns: int
    ascending: bool
    page_sequence: int
    def __init__(self, account_id: _Optional[str] = ..., limit: _Optional[int] = ..., after_ns: _Optional[int] = ..., until_ns: _Optional[int] = ..., ascending: _Optional[bool] = ..., page_sequence: _Optional[int] = ...) -> None: ...

class ListActivitiesResponse(_message.Message):
    __slots__ = ("fills",)
    FILLS_FIELD_NUMBER: _ClassVar[int]
    fills: _containers.RepeatedCompositeFieldContainer[AccountUpdate]
    def __init__(self, fills: _Optional[_Iterable[_Union[AccountUpdate, _Mapping]]] = ...) -> None: ...

class AccountUpdate(_message.Message):
    __slots__ = ("account_id", "sequence", "event", "order", "execution_id", "price_nanos", "quantity_nanos", "position_quantity_nanos", "cash", "occurred_at_ns", "decision_bid_price_nanos", "decision_ask_price_nanos", "commission_nanos")
    class Event(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        EVENT_UNSPECIFIED: _ClassVar[AccountUpdate.Event]
        EVENT_PENDING_NEW: _ClassVar[AccountUpdate.Event]
        EVENT_NEW: _ClassVar[AccountUpdate.Event]
        EVENT_PARTIAL_FILL: _ClassVar[AccountUpdate.Event]
        EVENT_FILL: _ClassVar[AccountUpdate.Event]
        EVENT_PENDING_CANCEL: _ClassVar[AccountUpdate.Event]
        EVENT_CANCELED: _ClassVar[AccountUpdate.Event]
        EVENT_PENDING_REPLACE: _ClassVar[AccountUpdate.Event]
        EVENT_REPLACED: _ClassVar[AccountUpdate.Event]
        EVENT_REJECTED: _ClassVar[AccountUpdate.Event]
        EVENT_EXPIRED: _ClassVar[AccountUpdate.Event]
        EVENT_ORDER_CANCEL_REJECTED: _ClassVar[AccountUpdate.Event]
        EVENT_ORDER_REPLACE_REJECTED: _ClassVar[AccountUpdate.Event]
        EVENT_HELD: _ClassVar[AccountUpdate.Event]
        EVENT_RESTATED: _ClassVar[AccountUpdate.Event]
    EVENT_UNSPECIFIED: AccountUpdate.Event
    EVENT_PENDING_NEW: AccountUpdate.Event
    EVENT_NEW: AccountUpdate.Event
    EVENT_PARTIAL_FILL: AccountUpdate.Event
    EVENT_FILL: AccountUpdate.Event
    EVENT_PENDING_CANCEL: AccountUpdate.Event
    EVENT_CANCELED: AccountUpdate.Event
    EVENT_PENDING_REPLACE: AccountUpdate.Event
    EVENT_REPLACED: AccountUpdate.Event
    EVENT_REJECTED: AccountUpdate.Event
    EVENT_EXPIRED: AccountUpdate.Event
    EVENT_ORDER_CANCEL_REJECTED: AccountUpdate.Event
    EVENT_ORDER_REPLACE_REJECTED: AccountUpdate.Event
    EVENT_HELD: AccountUpdate.Event
    EVENT_RESTATED: AccountUpdate.Event
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    POSITION_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    DECISION_BID_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    DECISION_ASK_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    COMMISSION_NANOS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    sequence: int
    event: AccountUpdate.Event
    order: Order
    execution_id: str
    price_nanos: int
    quantity_nanos: int
    position_quantity_nanos: int
    cash: str
    occurred_at_ns: int
    decision_bid_price_nanos: int
    decision_ask_price_nanos: int
    commission_nanos: int
    def __init__(self, account_id: _Optional[str] = ..., sequence: _Optional[int] = ..., event: _Optional[_Union[AccountUpdate.Event, str]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., execution_id: _Optional[str] = ..., price_nanos: _Optional[int] = ..., quantity_nanos: _Optional[int] = ..., position_quantity_nanos: _Optional[int] = ..., cash: _Optional[str] = ..., occurred_at_ns: _Optional[int] = ..., decision_bid_price_nanos: _Optional[int] = ..., decision_ask_price_nanos: _Optional[int] = ..., commission_nanos: _Optional[int] = ...) -> None: ...

class ListAccountUpdatesRequest(_message.Message):
    __slots__ = ("account_id", "after_sequence", "limit")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    after_sequence: int
    limit: int
    def __init__(self, account_id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListAccountUpdatesResponse(_message.Message):
    __slots__ = ("updates",)
    UPDATES_FIELD_NUMBER: _ClassVar[int]
    updates: _containers.RepeatedCompositeFieldContainer[AccountUpdate]
    def __init__(self, updates: _Optional[_Iterable[_Union[AccountUpdate, _Mapping]]] = ...) -> None: ...

class ListAccountSequencesRequest(_message.Message):
    __slots__ = ("after_account_id", "limit")
    AFTER_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    after_account_id: str
    limit: int
    def __init__(self, after_account_id: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class ListAccountSequencesResponse(_message.Message):
    __slots__ = ("accounts",)
    class AccountSequence(_message.Message):
        __slots__ = ("account_id", "sequence")
        ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
        SEQUENCE_FIELD_NUMBER: _ClassVar[int]
        account_id: str
        sequence: int
        def __init__(self, account_id: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[ListAccountSequencesResponse.AccountSequence]
    def __init__(self, accounts: _Optional[_Iterable[_Union[ListAccountSequencesResponse.AccountSequence, _Mapping]]] = ...) -> None: ...

class ListOpenOrdersRequest(_message.Message):
    __slots__ = ("changed_before_ns",)
    CHANGED_BEFORE_NS_FIELD_NUMBER: _ClassVar[int]
    changed_before_ns: int
    def __init__(self, changed_before_ns: _Optional[int] = ...) -> None: ...

class ListOpenOrdersResponse(_message.Message):
    __slots__ = ("orders",)
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[OrderNew]
    def __init__(self, orders: _Optional[_Iterable[_Union[OrderNew, _Mapping]]] = ...) -> None: ...

class CheckLedgerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CheckLedgerResponse(_message.Message):
    __slots__ = ("balanced", "lines", "transactions", "differences")
    BALANCED_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    balanced: bool
    lines: int
    transactions: int
    differences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, balanced: _Optional[bool] = ..., lines: _Optional[int] = ..., transactions: _Optional[int] = ..., differences: _Optional[_Iterable[str]] = ...) -> None: ...
