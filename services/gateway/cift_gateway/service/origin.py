"""The origin of the running request: its address, its program, its principal. Sessions and security events keep it."""

from contextvars import ContextVar
from dataclasses import dataclass

from cift_gateway.domain.principal import Principal
from cift_gateway.domain.security_event import clean


@dataclass(slots=True)
class Origin:
    """`principal` is set when the request has proved who makes it."""

    address: str = ""
    # As the client sent it.
    raw_user_agent: str = ""
    principal: Principal | None = None

    @property
    def user_agent(self) -> str:
        """The client's program, printable and short."""
        return clean(self.raw_user_agent)


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def enter(address: str, user_agent: str, principal: Principal | None = None) -> Origin:
    """Sets the origin of the running request or connection."""
    origin = Origin(address, user_agent, principal)
    _current.set(origin)
    return origin


def current() -> Origin:
    """An empty one outside of requests: the gateway itself acts."""
    return _current.get() or Origin()
