from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_CHAMPION: _ClassVar[Role]
    ROLE_CHALLENGER: _ClassVar[Role]
ROLE_UNSPECIFIED: Role
ROLE_CHAMPION: Role
ROLE_CHALLENGER: Role

class Signal(_message.Message):
    __slots__ = ("symbol", "time_ns", "probability_up", "horizon_ns", "middle_price_nanos", "model", "version", "kind", "said_at_ns")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_UP_FIELD_NUMBER: _ClassVar[int]
    HORIZON_NS_FIELD_NUMBER: _ClassVar[int]
    MIDDLE_PRICE_NANOS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SAID_AT_NS_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    time_ns: int
    probability_up: float
    horizon_ns: int
    middle_price_nanos: int
    model: str
    version: str
    kind: str
    said_at_ns: int
    def __init__(self, symbol: _Optional[str] = ..., time_ns: _Optional[int] = ..., probability_up: _Optional[float] = ..., horizon_ns: _Optional[int] = ..., middle_price_nanos: _Optional[int] = ..., model: _Optional[str] = ..., version: _Optional[str] = ..., kind: _Optional[str] = ..., said_at_ns: _Optional[int] = ...) -> None: ...

class GetPredictionsRequest(_message.Message):
    __slots__ = ("symbols",)
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, symbols: _Optional[_Iterable[str]] = ...) -> None: ...

class GetPredictionsResponse(_message.Message):
    __slots__ = ("predictions", "registry_reachable")
    class Prediction(_message.Message):
        __slots__ = ("champion", "challenger")
        CHAMPION_FIELD_NUMBER: _ClassVar[int]
        CHALLENGER_FIELD_NUMBER: _ClassVar[int]
        champion: Signal
        challenger: Signal
        def __init__(self, champion: _Optional[_Union[Signal, _Mapping]] = ..., challenger: _Optional[_Union[Signal, _Mapping]] = ...) -> None: ...
    PREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_REACHABLE_FIELD_NUMBER: _ClassVar[int]
    predictions: _containers.RepeatedCompositeFieldContainer[GetPredictionsResponse.Prediction]
    registry_reachable: bool
    def __init__(self, predictions: _Optional[_Iterable[_Union[GetPredictionsResponse.Prediction, _Mapping]]] = ..., registry_reachable: _Optional[bool] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "registry")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[ServedModel]
    registry: RegistryState
    def __init__(self, models: _Optional[_Iterable[_Union[ServedModel, _Mapping]]] = ..., registry: _Optional[_Union[RegistryState, _Mapping]] = ...) -> None: ...

class ServedModel(_message.Message):
    __slots__ = ("symbol", "model", "version", "kind", "role", "from_cache", "loaded_at_ns", "outcomes", "hit_rate", "log_loss", "drift", "refused")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    FROM_CACHE_FIELD_NUMBER: _ClassVar[int]
    LOADED_AT_NS_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    HIT_RATE_FIELD_NUMBER: _ClassVar[int]
    LOG_LOSS_FIELD_NUMBER: _ClassVar[int]
    DRIFT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    model: str
    version: str
    kind: str
    role: Role
    from_cache: bool
    loaded_at_ns: int
    outcomes: int
    hit_rate: float
    log_loss: float
    drift: float
    refused: str
    def __init__(self, symbol: _Optional[str] = ..., model: _Optional[str] = ..., version: _Optional[str] = ..., kind: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ..., from_cache: _Optional[bool] = ..., loaded_at_ns: _Optional[int] = ..., outcomes: _Optional[int] = ..., hit_rate: _Optional[float] = ..., log_loss: _Optional[float] = ..., drift: _Optional[float] = ..., refused: _Optional[str] = ...) -> None: ...

class RegistryState(_message.Message):
    __slots__ = ("reachable", "last_answer_ns", "problem")
    REACHABLE_FIELD_NUMBER: _ClassVar[int]
    LAST_ANSWER_NS_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    reachable: bool
    last_answer_ns: int
    problem: str
    def __init__(self, reachable: _Optional[bool] = ..., last_answer_ns: _Optional[int] = ..., problem: _Optional[str] = ...) -> None: ...
