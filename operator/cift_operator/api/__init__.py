"""What users write: the spec of a TradingPlatform. Imports nothing else of the operator."""

from cift_operator.api.parse import InvalidPlatform, parse, validate
from cift_operator.api.platform import API_VERSION, GROUP, KIND, PlatformSpec, TradingPlatform, default_platform

__all__ = [
    "API_VERSION",
    "GROUP",
    "KIND",
    "InvalidPlatform",
    "PlatformSpec",
    "TradingPlatform",
    "default_platform",
    "parse",
    "validate",
]
