"""Who somebody is by the word of an identity provider (OpenID Connect)."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cift_common.errors import Unauthenticated

from cift_gateway.domain.email import MADE_UP_DOMAIN, is_email
from cift_gateway.domain.principal import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """`subject` never changes at its issuer, an e-mail address may. `roles`: None where the provider has no say.

    `emails` are the addresses to take, best first; `email_verified` is about the first one.
    """

    issuer: str
    subject: str
    emails: tuple[str, ...]
    email_verified: bool
    roles: tuple[str, ...] | None
    expires_at: float


def identity(claims: Mapping[str, Any], roles_claim: str) -> Identity:
    """From the claims of a token whose signature, issuer, audience and time are right."""
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    if not subject or len(subject) > 255:
        raise Unauthenticated("the token's subject is not valid", reason="TOKEN_INVALID")
    email = str(claims.get("email") or "").strip().lower()
    # An address that the provider does not vouch for may be anybody's: it is not taken, not even if it is free.
    verified = is_email(email) and claims.get("email_verified") in (True, "true")
    # Users have an address; these are of nobody.
    made = f"{subject.lower()}@{urlsplit(issuer).hostname or 'oidc'}"
    unique = f"{sha256(f'{issuer} {subject}'.encode(errors='surrogatepass')).hexdigest()[:40]}@{MADE_UP_DOMAIN}"
    emails = (email, made, unique) if verified else (made, unique)
    return Identity(
        issuer,
        subject,
        tuple(text for text in emails if is_email(text)),
        verified,
        _roles(claims.get(roles_claim)) if roles_claim else None,
        float(claims["exp"]),
    )


def _roles(found: Any) -> tuple[str, ...]:
    """Those of ours among the claim's; a trader at least, who may do what every user may."""
    named = found if isinstance(found, list) else str(found or "").split()
    known = [role.value for role in Role if role.value in named]
    return tuple(known) or (Role.TRADER.value,)
