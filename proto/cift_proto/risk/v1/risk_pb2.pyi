from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Limits(_message.Message):
    __slots__ = ("max_order_quantity_nanos", "max_order_notional", "price_collar_bp", "max_position_quantity_nanos", "max_position_notional", "max_gross_exposure", "max_net_exposure", "max_open_orders", "max_order_rate_per_second", "order_rate_burst", "max_daily_loss", "duplicate_window_ms", "max_price_age_ms", "market_protection_bp")
    MAX_ORDER_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDER_NOTIONAL_FIELD_NUMBER: _ClassVar[int]
    PRICE_COLLAR_BP_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_QUANTITY_NANOS_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_NOTIONAL_FIELD_NUMBER: _ClassVar[int]
    MAX_GROSS_EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    MAX_NET_EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    MAX_OPEN_ORDERS_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDER_RATE_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    ORDER_RATE_BURST_FIELD_NUMBER: _ClassVar[int]
    MAX_DAILY_LOSS_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_WINDOW_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_PRICE_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    MARKET_PROTECTION_BP_FIELD_NUMBER: _ClassVar[int]
    max_order_quantity_nanos: int
    max_order_notional: str
    price_collar_bp: int
    max_position_quantity_nanos: int
    max_position_notional: str
    max_gross_exposure: str
    max_net_exposure: str
    max_open_orders: int
    max_order_rate_per_second: int
    order_rate_burst: int
    max_daily_loss: str
    duplicate_window_ms: int
    max_price_age_ms: int
    market_protection_bp: int
    def __init__(self, max_order_quantity_nanos: _Optional[int] = ..., max_order_notional: _Optional[str] = ..., price_collar_bp: _Optional[int] = ..., max_position_quantity_nanos: _Optional[int] = ..., max_position_notional: _Optional[str] = ..., max_gross_exposure: _Optional[str] = ..., max_net_exposure: _Optional[str] = ..., max_open_orders: _Optional[int] = ..., max_order_rate_per_second: _Optional[int] = ..., order_rate_burst: _Optional[int] = ..., max_daily_loss: _Optional[str] = ..., duplicate_window_ms: _Optional[int] = ..., max_price_age_ms: _Optional[int] = ..., market_protection_bp: _Optional[int] = ...) -> None: ...

class LimitOverride(_message.Message):
    __slots__ = ("account_id", "symbol", "limits")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    limits: Limits
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ...) -> None: ...

class Restriction(_message.Message):
    __slots__ = ("symbol", "account_id", "reason", "close_only")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLOSE_ONLY_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    account_id: str
    reason: str
    close_only: bool
    def __init__(self, symbol: _Optional[str] = ..., account_id: _Optional[str] = ..., reason: _Optional[str] = ..., close_only: _Optional[bool] = ...) -> None: ...

class Halt(_message.Message):
    __slots__ = ("scope", "key", "reason", "actor", "since_ns")
    class Scope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SCOPE_UNSPECIFIED: _ClassVar[Halt.Scope]
        SCOPE_PLATFORM: _ClassVar[Halt.Scope]
        SCOPE_ACCOUNT: _ClassVar[Halt.Scope]
        SCOPE_SYMBOL: _ClassVar[Halt.Scope]
    SCOPE_UNSPECIFIED: Halt.Scope
    SCOPE_PLATFORM: Halt.Scope
    SCOPE_ACCOUNT: Halt.Scope
    SCOPE_SYMBOL: Halt.Scope
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    SINCE_NS_FIELD_NUMBER: _ClassVar[int]
    scope: Halt.Scope
    key: str
    reason: str
    actor: str
    since_ns: int
    def __init__(self, scope: _Optional[_Union[Halt.Scope, str]] = ..., key: _Optional[str] = ..., reason: _Optional[str] = ..., actor: _Optional[str] = ..., since_ns: _Optional[int] = ...) -> None: ...

class HaltChange(_message.Message):
    __slots__ = ("halt", "lifted", "policy_version")
    HALT_FIELD_NUMBER: _ClassVar[int]
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    halt: Halt
    lifted: bool
    policy_version: int
    def __init__(self, halt: _Optional[_Union[Halt, _Mapping]] = ..., lifted: _Optional[bool] = ..., policy_version: _Optional[int] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("version", "defaults", "overrides", "restrictions", "halts")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEFAULTS_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    RESTRICTIONS_FIELD_NUMBER: _ClassVar[int]
    HALTS_FIELD_NUMBER: _ClassVar[int]
    version: int
    defaults: Limits
    overrides: _containers.RepeatedCompositeFieldContainer[LimitOverride]
    restrictions: _containers.RepeatedCompositeFieldContainer[Restriction]
    halts: _containers.RepeatedCompositeFieldContainer[Halt]
    def __init__(self, version: _Optional[int] = ..., defaults: _Optional[_Union[Limits, _Mapping]] = ..., overrides: _Optional[_Iterable[_Union[LimitOverride, _Mapping]]] = ..., restrictions: _Optional[_Iterable[_Union[Restriction, _Mapping]]] = ..., halts: _Optional[_Iterable[_Union[Halt, _Mapping]]] = ...) -> None: ...

class LeasePolicyRequest(_message.Message):
    __slots__ = ("engine", "known_version")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    KNOWN_VERSION_FIELD_NUMBER: _ClassVar[int]
    engine: str
    known_version: int
    def __init__(self, engine: _Optional[str] = ..., known_version: _Optional[int] = ...) -> None: ...

class LeasePolicyResponse(_message.Message):
    __slots__ = ("policy", "lease_expires_at_ns", "unchanged")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    LEASE_EXPIRES_AT_NS_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    policy: Policy
    lease_expires_at_ns: int
    unchanged: bool
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ..., lease_expires_at_ns: _Optional[int] = ..., unchanged: _Optional[bool] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: Policy
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ...) -> None: ...

class SetLimitsRequest(_message.Message):
    __slots__ = ("override", "actor")
    OVERRIDE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    override: LimitOverride
    actor: str
    def __init__(self, override: _Optional[_Union[LimitOverride, _Mapping]] = ..., actor: _Optional[str] = ...) -> None: ...

class SetLimitsResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class SetRestrictionRequest(_message.Message):
    __slots__ = ("restriction", "lifted", "actor")
    RESTRICTION_FIELD_NUMBER: _ClassVar[int]
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    restriction: Restriction
    lifted: bool
    actor: str
    def __init__(self, restriction: _Optional[_Union[Restriction, _Mapping]] = ..., lifted: _Optional[bool] = ..., actor: _Optional[str] = ...) -> None: ...

class SetRestrictionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class SetHaltRequest(_message.Message):
    __slots__ = ("halt", "lifted")
    HALT_FIELD_NUMBER: _ClassVar[int]
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    halt: Halt
    lifted: bool
    def __init__(self, halt: _Optional[_Union[Halt, _Mapping]] = ..., lifted: _Optional[bool] = ...) -> None: ...

class SetHaltResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class GetExposureRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class GetExposureResponse(_message.Message):
    __slots__ = ("lines", "gross", "net")
    class Line(_message.Message):
        __slots__ = ("symbol", "long_notional", "short_notional")
        SYMBOL_FIELD_NUMBER: _ClassVar[int]
        LONG_NOTIONAL_FIELD_NUMBER: _ClassVar[int]
        SHORT_NOTIONAL_FIELD_NUMBER: _ClassVar[int]
        symbol: str
        long_notional: str
        short_notional: str
        def __init__(self, symbol: _Optional[str] = ..., long_notional: _Optional[str] = ..., short_notional: _Optional[str] = ...) -> None: ...
    LINES_FIELD_NUMBER: _ClassVar[int]
    GROSS_FIELD_NUMBER: _ClassVar[int]
    NET_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[GetExposureResponse.Line]
    gross: str
    net: str
    def __init__(self, lines: _Optional[_Iterable[_Union[GetExposureResponse.Line, _Mapping]]] = ..., gross: _Optional[str] = ..., net: _Optional[str] = ...) -> None: ...

class Breach(_message.Message):
    __slots__ = ("account_id", "symbol", "reason", "message", "occurred_at_ns")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    symbol: str
    reason: str
    message: str
    occurred_at_ns: int
    def __init__(self, account_id: _Optional[str] = ..., symbol: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., occurred_at_ns: _Optional[int] = ...) -> None: ...

class ListBreachesRequest(_message.Message):
    __slots__ = ("account_id", "limit")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    limit: int
    def __init__(self, account_id: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class ListBreachesResponse(_message.Message):
    __slots__ = ("breaches",)
    BREACHES_FIELD_NUMBER: _ClassVar[int]
    breaches: _containers.RepeatedCompositeFieldContainer[Breach]
    def __init__(self, breaches: _Optional[_Iterable[_Union[Breach, _Mapping]]] = ...) -> None: ...
