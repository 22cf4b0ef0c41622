"""Who gets a place where places are few: nobody can take them all, and somebody new always finds one.

An account may hold at most three times what is free (the dynamic threshold of shared switch memory, by Choudhury and
Hahne): alone it gets three quarters of the places, two get three sevenths each, and a rest stays free.
"""

_TIMES_FREE = 3


def allows(capacity: int, held: int, held_by_account: int) -> bool:
    """Whether an account that holds so many of all that are held may take one more."""
    return held_by_account < _TIMES_FREE * (capacity - held)


def largest(capacity: int) -> int:
    """The most that one account can hold when it is alone."""
    held = 0
    while allows(capacity, held, held):
        held += 1
    return held
