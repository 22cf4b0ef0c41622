"""Canonical bytes: what a signature covers, the same for the same content and for no other.

Each field is framed by its kind and its length, so that no content of one field can be read as the beginning of the
next: `("ab", "c")` and `("a", "bc")` differ. The purpose comes first and names the layout with its version, so that a
signature for one purpose is none for another.
"""

from collections.abc import Iterable

from google.protobuf.message import Message

Field = str | bytes | int | bool


def framed(purpose: str, fields: Iterable[Field]) -> bytes:
    """Frames the fields in their order; an integer and a text of the same digits differ."""
    name = purpose.encode()
    parts = [b"p%d:%b" % (len(name), name)]
    for field in fields:
        if isinstance(field, str):
            content = field.encode()
            parts.append(b"s%d:%b" % (len(content), content))
        elif isinstance(field, bytes):
            parts.append(b"b%d:%b" % (len(field), field))
        else:
            # Digits end at what is none: an integer needs no length.
            parts.append(b"i%d;" % field)
    return b"".join(parts)


def values(message: Message, names: Iterable[str]) -> Iterable[Field]:
    """The values of a message's scalar fields, in the order of the names."""
    return (getattr(message, name) for name in names)
