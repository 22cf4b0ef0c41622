"""E-mail addresses: one spelling of each."""

import re

from cift_common.errors import InvalidArgument

LENGTH_MAX = 254
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f\ud800-\udfff]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?")
# RFC 2606: nobody receives mail there. Addresses that we make up are of it, and nobody may sign up with one.
MADE_UP_DOMAIN = "cift.invalid"


def is_email(text: str) -> bool:
    return len(text) <= LENGTH_MAX and _EMAIL.fullmatch(text) is not None


def normal_email(text: str) -> str:
    """Lower case without spaces around; `InvalidArgument` if it is no address."""
    email = text.strip().lower()
    if not is_email(email) or email.endswith(f"@{MADE_UP_DOMAIN}"):
        raise InvalidArgument("email must be an e-mail address", field="email")
    return email
