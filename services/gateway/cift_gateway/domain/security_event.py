"""Security events: what somebody who looks after access wants to know of."""

from enum import StrEnum


class SecurityEvent(StrEnum):
    """The values are stable: log queries, alert rules and audit entries use them."""

    SIGN_UP = "sign_up"
    LOG_IN = "log_in"
    LOG_IN_FAILED = "log_in_failed"
    LOCKED_OUT = "locked_out"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET = "password_reset"
    PASSWORD_CODE_CREATED = "password_code_created"
    VERIFICATION_CODE_CREATED = "verification_code_created"
    USER_INVITED = "user_invited"
    KEY_CREATED = "key_created"
    KEY_FIRST_USED = "key_first_used"
    KEY_REVOKED = "key_revoked"
    ROLES_CHANGED = "roles_changed"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    LIMITS_CHANGED = "limits_changed"
    RESTRICTION_CHANGED = "restriction_changed"
    HALTED = "halted"
    RESUMED = "resumed"


# Strangers cause these, as often as they like: a flood must not fill the database.
BY_STRANGERS = frozenset({SecurityEvent.SIGN_UP, SecurityEvent.LOG_IN_FAILED, SecurityEvent.LOCKED_OUT})
TEXT_MAX = 256


def clean(text: str) -> str:
    """A stranger's text as it may be kept: printable, and not too long."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)[
        :TEXT_MAX
    ]
