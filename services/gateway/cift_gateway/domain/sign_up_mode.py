"""Who may become a user by themselves."""

from enum import StrEnum


class SignUpMode(StrEnum):
    """Who may become a user by themselves."""

    CLOSED = "closed"
    INVITED = "invited"
    OPEN = "open"
