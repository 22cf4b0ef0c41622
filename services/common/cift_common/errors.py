"""What can go wrong, in words that a caller can act on. How an error travels is `cift_common.rpc`'s matter."""


class CiftError(Exception):
    """Something was refused or failed.

    `reason` is a stable code (UPPER_SNAKE_CASE), `field` the input that is at fault, `limit` what it may be.
    """

    default_reason = "INTERNAL"

    def __init__(self, message: str, *, reason: str = "", field: str = "", limit: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.field = field
        self.limit = limit


class InvalidArgument(CiftError):
    """The request can never succeed as it is."""

    default_reason = "INVALID_ARGUMENT"


class Unauthenticated(CiftError):
    default_reason = "UNAUTHENTICATED"


class PermissionDenied(CiftError):
    default_reason = "PERMISSION_DENIED"


class NotFound(CiftError):
    default_reason = "NOT_FOUND"


class AlreadyExists(CiftError):
    default_reason = "ALREADY_EXISTS"


class FailedPrecondition(CiftError):
    """The request is fine, the state it meets is not: an order that is filled cannot be canceled."""

    default_reason = "FAILED_PRECONDITION"


class RiskRefused(CiftError):
    """A rule of the risk engine said no; `reason` is the rule's code."""

    default_reason = "RISK"


class ResourceExhausted(CiftError):
    """Too much at once; the same request may succeed later."""

    default_reason = "RATE_LIMITED"


class Unavailable(CiftError):
    """A part that is needed does not answer. Nothing is known to have been refused."""

    default_reason = "UNAVAILABLE"


class DeadlineExceeded(CiftError):
    """No answer in time: what became of the request is unknown."""

    default_reason = "DEADLINE_EXCEEDED"
