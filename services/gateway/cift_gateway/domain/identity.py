"""Who somebody is by the word of an identity provider (OpenID Connect)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cift_common.errors import Unauthenticated

from cift_gateway.domain.principal import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """`subject` never changes at its issuer, an e-mail address may. `roles`: None where the provider has no say."""

    issuer: str
    subject: str
    email: str
    roles: tuple[str, ...] | None
    expires_at: float


def identity(claims: Mapping[str, Any], roles_claim: str) -> Identity:
    """From the claims of a token whose signature, issuer, audience and time are right."""
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    if not subject or len(subject) > 255:
        raise Unauthenticated("the token's subject is not valid", reason="TOKEN_INVALID")
    email = str(claims.get("email") or "").strip().lower()
    # Users have an address; where the provider tells none, one that no mail reaches.
    made = f"{subject.lower()}@{urlsplit(issuer).hostname or 'oidc'}"
    return Identity(
        issuer,
        subject,
        email or made,
        _roles(claims.get(roles_claim)) if roles_claim else None,
        float(claims["exp"]),
    )


def _roles(found: Any) -> tuple[str, ...]:
    """Those of ours among the claim's; a trader at least, who may do what every user may."""
    named = found if isinstance(found, list) else str(found or "").split()
    known = [role.value for role in Role if role.value in named]
    return tuple(known) or (Role.TRADER.value,)
