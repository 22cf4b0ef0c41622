"""Who calls: a service knows its callers by their certificates, or by a token where there is no TLS, and lets each call
the methods that the declaration gives it and no others."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from prometheus_client import Counter

from cift_common.errors import PermissionDenied, Unauthenticated
from cift_common.principal import Principal, Verifier

TOKEN = "cift-service-token"
PRINCIPAL = "cift-principal"
# The caller that acts for users: what it asks about an account needs a principal of that account.
EDGE = "gateway"
UNKNOWN = "unknown"

_denied = Counter(
    "cift_rpc_denied", "Calls that a service refused because of who called", ["caller", "rpc_method", "reason"]
)


def identity(platform: str, component: str) -> str:
    """What a component's certificate names, as a SPIFFE ID."""
    return f"spiffe://{platform}/{component}"


class Context(Protocol):
    """What is used of `grpc.aio.ServicerContext`."""

    def auth_context(self) -> Mapping[str, Sequence[bytes]]: ...


@dataclass(frozen=True)
class Callers:
    """Who may call what.

    `methods`: caller → the names of the methods. `tokens`: caller → its token, where there is no TLS.
    """

    platform: str
    methods: Mapping[str, frozenset[str]]
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    principals: Verifier | None = None

    def check(self, method: str, context: Context, metadata: Mapping[str, str]) -> str:
        """The caller's name; `Unauthenticated` if it has none, `PermissionDenied` if it cannot call the method."""
        caller = self._by_token(metadata.get(TOKEN, "")) if self.tokens else self._by_certificate(context)
        if method in self.methods.get(caller, ()):
            return caller
        if not caller:
            _denied.labels(UNKNOWN, method, "CALLER_UNKNOWN").inc()
            raise Unauthenticated(
                f"{method} needs a service's certificate or token", reason="CALLER_UNKNOWN", field=TOKEN
            )
        _denied.labels(caller, method, "CALLER_NOT_ALLOWED").inc()
        raise PermissionDenied(
            f"the service {caller} cannot call {method}", reason="CALLER_NOT_ALLOWED", field="caller", limit=method
        )

    def check_principal(self, method: str, scopes: frozenset[str], request: Any, metadata: Mapping[str, str]) -> None:
        """What the edge asks about an account, it asks for somebody: `scopes` are those with which one may ask about
        others' accounts, or about none."""
        account = account_of(request)
        if account is None and not scopes:
            return
        try:
            principal = self._principal(metadata.get(PRINCIPAL, ""))
            if not (account and principal.account_id == account) and not scopes & principal.scopes:
                raise PermissionDenied(
                    f"{method} was called for another account than the caller's own",
                    reason="PRINCIPAL_MISMATCH",
                    field="account_id",
                )
        except (PermissionDenied, Unauthenticated) as error:
            _denied.labels(EDGE, method, error.reason).inc()
            raise

    def _principal(self, text: str) -> Principal:
        if self.principals is None:
            raise PermissionDenied("this service has no key to check principals with; set CIFT_PRINCIPAL_KEY")
        return self.principals.verify(text)

    def _by_token(self, token: str) -> str:
        found = ""
        for caller, expected in self.tokens.items():
            if hmac.compare_digest(token.encode(), expected.encode()):
                found = caller
        return found

    def _by_certificate(self, context: Context) -> str:
        start = identity(self.platform, "")
        for name in context.auth_context().get("x509_subject_alternative_name", ()):
            text = name.decode()
            if text.startswith(start):
                return text.removeprefix(start)
        return ""


def account_of(request: Any) -> str | None:
    """The account that a request is about; None where it names none."""
    found: str | None = getattr(request, "account_id", None)
    if found is None and (order := getattr(request, "order", None)) is not None:
        found = getattr(order, "account_id", None)
    return found
