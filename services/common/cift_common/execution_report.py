"""Execution reports, signed by execution (Ed25519) and verified by everyone who books them.

Execution alone holds the private key. A signature costs ten times what everything else about a report does, so reports
that arrive together are signed together: each carries the digests of all of them and one signature over those, and
whoever has verified the signature once compares digests from then on.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cift_proto.execution.v1 import execution_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cift_common import canonical, secret

_REPORT, _GROUP = "cift.execution-report.v1", "cift.execution-reports.v1"
_DIGEST_BYTES = hashlib.sha256().digest_size
# Every field of a report, so that none can be altered; a new one is signed as soon as it exists.
REPORT_FIELDS = tuple(field.name for field in matcher_pb2.ExecutionReport.DESCRIPTOR.fields)
GROUP_SIZE_MAX = 16
"""Reports signed together: each carries the digests of all, 32 bytes a report."""
_VERIFIED_MAX = 1024
SEED_BYTES = 32


class Proof(NamedTuple):
    """The digests of reports that were signed together, and the signature over them."""

    digests: bytes
    signature: bytes

    def put_on(self, execution: execution_pb2.OrderExecution) -> execution_pb2.OrderExecution:
        execution.digests, execution.signature = self
        return execution


def digest(execution: execution_pb2.OrderExecution) -> bytes:
    """SHA-256 over everything that an execution report says."""
    fields = (execution.broker, execution.commission_nanos, *canonical.values(execution.report, REPORT_FIELDS))
    return hashlib.sha256(canonical.framed(_REPORT, fields)).digest()


def _signed(digests: bytes) -> bytes:
    return canonical.framed(_GROUP, (digests,))


class Signer:
    """Signs with the first key of a ring."""

    def __init__(self, seeds: Sequence[bytes]) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seeds[0])

    def sign(self, executions: Sequence[execution_pb2.OrderExecution]) -> None:
        """Puts the proofs on reports that go out together."""
        for start in range(0, len(executions), GROUP_SIZE_MAX):
            group = executions[start : start + GROUP_SIZE_MAX]
            digests = b"".join(map(digest, group))
            proof = Proof(digests, self._key.sign(_signed(digests)))
            for execution in group:
                proof.put_on(execution)


class Verifier:
    """Verifies with any key of a ring: the next and the last key of a rotation are good as well."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = [Ed25519PublicKey.from_public_bytes(key) for key in keys]
        self._verified: OrderedDict[Proof, None] = OrderedDict()

    def is_genuine(self, execution: execution_pb2.OrderExecution) -> bool:
        """Whether execution has signed this very report."""
        digests = execution.digests
        if len(digests) % _DIGEST_BYTES or not 0 < len(digests) <= GROUP_SIZE_MAX * _DIGEST_BYTES:
            return False
        own = digest(execution)
        starts = range(0, len(digests), _DIGEST_BYTES)
        if not any(digests[start : start + _DIGEST_BYTES] == own for start in starts):
            return False
        return self._is_signed(Proof(digests, execution.signature))

    def _is_signed(self, proof: Proof) -> bool:
        if proof in self._verified:
            return True
        signed = _signed(proof.digests)
        for key in self._keys:
            try:
                key.verify(proof.signature, signed)
            except InvalidSignature:
                continue
            self._verified[proof] = None
            if len(self._verified) > _VERIFIED_MAX:
                self._verified.popitem(last=False)
            return True
        return False


def public_keys(seeds: str) -> str:
    """The public keys of a ring of seeds (hex, with commas between them), in the same form and order."""
    return ",".join(
        Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        for seed in ring("CIFT_REPORT_KEY", seeds)
    )


def ring(name: str, text: str) -> tuple[bytes, ...]:
    """The keys, private or public, of a ring; `ValueError` names the variable, never its value."""
    keys = secret.ring(name, text)
    if any(len(key) != SEED_BYTES for key in keys):
        raise ValueError(f"{name} must hold keys of {SEED_BYTES} bytes")
    return keys
