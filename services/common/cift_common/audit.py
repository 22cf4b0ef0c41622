"""The audit chain, pure: each sealed entry's hash covers the one before it, checkpoints are signed with Ed25519.

An edit, a deletion, a swap or a cut changes a hash on the way to the head; the head is anchored outside the database.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the trail as it lies in the store; `fields` in a fixed order, as text."""

    sequence: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement: the entry with this sequence has this hash."""

    sequence: int
    hash: bytes
    signed_at_ns: int
    signature: bytes


def canonical_bytes(entry: Entry) -> bytes:
    """Length before text, so that no two entries have the same bytes."""
    parts = [str(entry.sequence), *entry.fields]
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))


def next_hash(previous: bytes, entry: Entry) -> bytes:
    return hashlib.sha256(previous + canonical_bytes(entry)).digest()


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """The key that signs checkpoints, derived from the platform's audit secret."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"cift.audit.v1" + secret).digest())


def public_keys(secrets: Iterable[bytes]) -> list[Ed25519PublicKey]:
    return [signing_key(secret).public_key() for secret in secrets]


def key_id(key: Ed25519PublicKey) -> str:
    """A short name of a key, which tells nothing of it."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:8]


def signer(keys: Sequence[Ed25519PublicKey], checkpoint: Checkpoint) -> int | None:
    """The number of the key that has signed it; None: nobody has."""
    return next((number for number, key in enumerate(keys) if is_signed(key, checkpoint)), None)


def _statement(sequence: int, head: bytes, signed_at_ns: int) -> bytes:
    return b"cift.audit.v1" + sequence.to_bytes(8, "big") + head + signed_at_ns.to_bytes(8, "big")


def sign_checkpoint(key: Ed25519PrivateKey, sequence: int, head: bytes, signed_at_ns: int) -> Checkpoint:
    return Checkpoint(sequence, head, signed_at_ns, key.sign(_statement(sequence, head, signed_at_ns)))


def is_signed(key: Ed25519PublicKey, checkpoint: Checkpoint) -> bool:
    try:
        key.verify(checkpoint.signature, _statement(checkpoint.sequence, checkpoint.hash, checkpoint.signed_at_ns))
    except InvalidSignature:
        return False
    return True


class Verification:
    """Walks a trail once, entry by entry, in the memory of its checkpoints.

    `checkpoints` come from the store and from the anchor outside it. `keys`: the one that signs now, then those before
    it, the newest first. `problems` are sentences.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], keys: Sequence[Ed25519PublicKey]) -> None:
        self.problems: list[str] = []
        self._checkpoints, self._keys = list(checkpoints), keys
        self._wanted = {checkpoint.sequence for checkpoint in self._checkpoints}
        self._hashes: dict[int, bytes] = {}
        self._previous, self._expected = GENESIS, 1

    def add(self, entry: Entry, stored: bytes) -> None:
        """The next entry in sequence order, with the hash that the store has for it."""
        if entry.sequence != self._expected:
            self.problems.append(f"entry {self._expected} is missing; the next one there is {entry.sequence}")
        computed = next_hash(self._previous, entry)
        if computed != stored:
            self.problems.append(f"entry {entry.sequence} is not what was sealed")
        if entry.sequence in self._wanted:
            self._hashes[entry.sequence] = computed
        self._previous, self._expected = stored, entry.sequence + 1

    def finish(self) -> list[str]:
        """What is wrong with the trail; empty where it is whole."""
        signed = [(one, signer(self._keys, one)) for one in self._checkpoints]
        newest = len(self._keys)
        # Of one sequence the older key's first: it may have been replaced between two that see the same head.
        for checkpoint, by in sorted(signed, key=lambda pair: (pair[0].sequence, -(pair[1] or 0))):
            if by is not None and by > newest:
                self.problems.append(
                    f"checkpoint {checkpoint.sequence} is signed by {key_id(self._keys[by])}, which was replaced before"
                )
            newest = newest if by is None else min(newest, by)
            if by is None:
                self.problems.append(f"the signature of checkpoint {checkpoint.sequence} is not ours")
            elif checkpoint.sequence not in self._hashes:
                self.problems.append(
                    f"the trail ends at {self._expected - 1}, but a checkpoint saw entry {checkpoint.sequence}"
                )
            elif self._hashes[checkpoint.sequence] != checkpoint.hash:
                self.problems.append(f"entry {checkpoint.sequence} is not the one that was signed")
        return self.problems


def verify(
    entries: Iterable[tuple[Entry, bytes]], checkpoints: Iterable[Checkpoint], keys: Sequence[Ed25519PublicKey]
) -> list[str]:
    """What is wrong with a trail that is in memory; `Verification` says what comes in and what goes out."""
    verification = Verification(checkpoints, keys)
    for entry, stored in entries:
        verification.add(entry, stored)
    return verification.finish()
