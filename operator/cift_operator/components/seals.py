"""Keys of what trading sends to one service: each is shared by the two alone, so that nobody else can write it."""

from cift_operator.components.model import GeneratedSecret
from cift_operator.components.values import Secret

GATEWAY = GeneratedSecret("seal-gateway", "key")
ANALYTICS = GeneratedSecret("seal-analytics", "key")


def reference(seal: GeneratedSecret) -> Secret:
    return Secret(seal.name, seal.key)
