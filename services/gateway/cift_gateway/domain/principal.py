"""Who asks, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from cift_common.errors import PermissionDenied

from cift_gateway.domain.scope import Role as Role
from cift_gateway.domain.scope import Scope, role_for, scopes_of


class CredentialKind(StrEnum):
    SESSION = "session"
    KEY = "key"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class Principal:
    """A user who proved who they are.

    `credential` is the id of the API key or of the session, `oidc` for an identity provider's token. `scopes` is what
    this credential may do now; `expires_at` is when an API key ends, in seconds since the epoch.
    """

    user_id: str
    account_id: str
    email: str
    roles: frozenset[str]
    credential: str
    kind: CredentialKind
    scopes: frozenset[Scope]
    expires_at: float | None = None

    @property
    def names(self) -> frozenset[str]:
        """What a revocation may name: the credential or its user."""
        return frozenset({self.credential, self.user_id})

    def require(self, scope: Scope) -> None:
        """`PermissionDenied` names the role that the user lacks, or the scope that their API key lacks."""
        if scope in self.scopes:
            return
        if scope in scopes_of(self.roles):
            raise PermissionDenied(
                f"this API key lacks the scope {scope}; use one that has it",
                reason="SCOPE_REQUIRED",
                field="scopes",
                limit=scope,
            )
        role = role_for(scope)
        raise PermissionDenied(f"this needs the role {role}", reason="ROLE_REQUIRED", field="roles", limit=role)
