"""What a password must be: long enough, and hard enough to guess.

zxcvbn estimates how many guesses a password takes, with its lists of common passwords, names and words, their usual
disguises, keyboard runs, dates and repeats. Rules about digits and signs let `Password123!` through and are of no use.
"""

from cift_common.errors import InvalidArgument
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

LENGTH_MIN = 10
LENGTH_MAX = 128
# What zxcvbn takes; the work grows with the square of the length.
_ESTIMATED_CHARACTERS = 72
# Of 4: more than 10^8 guesses.
_SCORE_MIN = 3
_OUR_WORDS = ["cift", "markets", "cift markets", "trading", "platform"]


def check_password(password: str, email: str) -> None:
    """`InvalidArgument` says what is wrong. Takes milliseconds of processor time."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        limit = f"{LENGTH_MIN}..{LENGTH_MAX}"
        raise InvalidArgument(f"password must have {limit} characters", field="password", limit=limit)
    if not password.isprintable():
        raise InvalidArgument("password must have printable characters only", field="password")
    name, _, domain = email.partition("@")
    if password.lower() in (email, name):
        raise InvalidArgument("password must not be the e-mail address", field="password")
    found = zxcvbn(password[:_ESTIMATED_CHARACTERS], user_inputs=[email, name, domain, *_OUR_WORDS])
    if found["score"] < _SCORE_MIN:
        why = found["feedback"]["warning"] or "It is easy to guess."
        raise InvalidArgument(
            f"password is too weak: {why} Take several uncommon words, or let a password manager make one",
            reason="WEAK_PASSWORD",
            field="password",
            limit=f"zxcvbn score {_SCORE_MIN}",
        )
