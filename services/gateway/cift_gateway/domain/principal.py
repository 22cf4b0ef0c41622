"""Who asks, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from cift_common.errors import PermissionDenied


class Role(StrEnum):
    TRADER = "trader"
    RISK = "risk"
    OPERATIONS = "operations"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """A user who proved who they are.

    `credential` is the API key's id or the session's: what a revocation names.
    """

    user_id: str
    account_id: str
    email: str
    roles: frozenset[str]
    credential: str

    def require(self, role: Role) -> None:
        """`PermissionDenied` names the role that is missing; an admin may see what operations may."""
        granted = self.roles | {Role.OPERATIONS} if Role.ADMIN in self.roles else self.roles
        if role not in granted:
            raise PermissionDenied(f"this needs the role {role}", reason="ROLE_REQUIRED", field="roles", limit=role)
