"""Credentials of one kind that were verified a short while ago."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Generic, TypeVar

from cift_gateway.domain.bucket import Bucket
from cift_gateway.domain.credential import AccessTokenProof, ApiKeyProof, is_same
from cift_gateway.domain.principal import Principal

P = TypeVar("P", ApiKeyProof, AccessTokenProof)
_ENTRIES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Verified(Generic[P]):
    """A principal and the proof that was verified for it. `until` is when the database is queried again."""

    proof: P
    principal: Principal
    until: float
    bucket: Bucket


class VerifiedCache(Generic[P]):
    """Finds an entry by the fingerprint of the whole credential and by nothing else."""

    def __init__(self, kind: type[P]) -> None:
        self._kind: type[P] = kind
        self._entries: dict[bytes, Verified[P]] = {}

    def find(self, proof: P, now: float) -> Verified[P] | None:
        entry = self._entries.get(proof.fingerprint)
        if entry is None or entry.until < now or type(proof) is not self._kind:
            return None
        return entry if is_same(entry.proof.fingerprint, proof.fingerprint) else None

    def keep(self, entry: Verified[P], now: float) -> None:
        if type(entry.proof) is not self._kind:
            raise TypeError(f"a cache of {self._kind.__name__} holds nothing else")
        if len(self._entries) >= _ENTRIES_MAX:
            self._entries = {key: held for key, held in self._entries.items() if held.until > now}
            if len(self._entries) >= _ENTRIES_MAX:
                self._entries.clear()
        self._entries[entry.proof.fingerprint] = entry

    def forget(self, names: set[str]) -> None:
        """Drops the entries of these credentials and users."""
        self._entries = {
            key: entry
            for key, entry in self._entries.items()
            if entry.principal.credential not in names and entry.principal.user_id not in names
        }

    def principals(self, now: float) -> list[Principal]:
        """Who is believed at this time."""
        return [entry.principal for entry in self._entries.values() if entry.until >= now]

    def drop(self, principals: Container[Principal]) -> None:
        """Drops the entries of these principals."""
        self._entries = {key: entry for key, entry in self._entries.items() if entry.principal not in principals}

    def users(self) -> set[str]:
        return {entry.principal.user_id for entry in self._entries.values()}
