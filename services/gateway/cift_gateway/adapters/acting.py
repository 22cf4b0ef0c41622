"""For whom the gateway does what it does now: set where a request is authenticated, read where a service is called."""

from contextvars import ContextVar

from cift_gateway.domain.principal import Principal

acting: ContextVar[Principal | None] = ContextVar("acting", default=None)
