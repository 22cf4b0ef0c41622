"""Texts and enumerations of a protobuf request, checked in one place before any method sees them: texts are bounded and
storable, and an enumeration has one of its declared values, although the wire takes every number."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from cift_common.errors import InvalidArgument

CHARACTERS_MAX = 64 * 1024
_Check = Callable[[Any], None]
_checks: dict[str, _Check] = {}


def check(message: Any) -> None:
    """`InvalidArgument` names the first text that holds U+0000 or is too long, or the first unknown choice."""
    name = message.DESCRIPTOR.full_name
    found = _checks.get(name)
    if found is None:
        found = _checks[name] = _make(message.DESCRIPTOR)
    found(message)


def _make(descriptor: Descriptor) -> _Check:
    texts = [field for field in descriptor.fields if field.type == FieldDescriptor.TYPE_STRING]
    ones = tuple(field.name for field in texts if not field.is_repeated)
    many = tuple(field.name for field in texts if field.is_repeated)
    choices = [
        (field, frozenset(field.enum_type.values_by_number))
        for field in descriptor.fields
        if field.enum_type is not None
    ]
    choice = tuple((field.name, known) for field, known in choices if not field.is_repeated)
    choice_lists = tuple((field.name, known) for field, known in choices if field.is_repeated)
    nested = tuple(field for field in descriptor.fields if field.message_type is not None and not _is_map(field))
    messages = tuple(field.name for field in nested if not field.is_repeated)
    lists = tuple(field.name for field in nested if field.is_repeated)

    def run(message: Any) -> None:
        for name in ones:
            _check_text(name, getattr(message, name))
        for name in many:
            for text in getattr(message, name):
                _check_text(name, text)
        for name, known in choice:
            _check_choice(name, getattr(message, name), known)
        for name, known in choice_lists:
            for value in getattr(message, name):
                _check_choice(name, value, known)
        for name in messages:
            if message.HasField(name):
                check(getattr(message, name))
        for name in lists:
            for part in getattr(message, name):
                check(part)

    return run


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _check_choice(field: str, value: int, known: frozenset[int]) -> None:
    if value not in known:
        limit = ", ".join(map(str, sorted(known)))
        raise InvalidArgument(f"{field} must be one of {limit}, not {value}", field=field, limit=limit)


def _check_text(field: str, text: str) -> None:
    if "\x00" in text:
        raise InvalidArgument(f"{field} must not hold the character U+0000", field=field, limit="no U+0000")
    if len(text) > CHARACTERS_MAX:
        raise InvalidArgument(
            f"{field} has {len(text)} characters, at most {CHARACTERS_MAX} are taken",
            field=field,
            limit=f"{CHARACTERS_MAX} characters",
        )
