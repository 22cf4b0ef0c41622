"""Public keys of generated seeds."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HIDDEN = "<public key>"


def public_keys(seeds: str) -> str:
    """The public keys of a ring of seeds (hex, with commas between them), in their order; a placeholder where a
    rendering names secrets instead of telling them."""
    try:
        keys = [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)) for seed in seeds.split(",")]
    except ValueError:
        return HIDDEN
    return ",".join(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex() for key in keys)
