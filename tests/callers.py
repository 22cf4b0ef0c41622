"""How a test calls a service of a local platform: by the identity of one of its callers, and for an account."""

import json
import uuid

import grpc
from cift_common import rpc, secret
from cift_common.peers import PRINCIPAL, TOKEN
from cift_common.principal import Signer

from tests.conftest import RunningPlatform

Metadata = tuple[tuple[str, str], ...]


def trading_channel(platform: RunningPlatform, caller: str = "operator") -> grpc.aio.Channel:
    """To trading, as one of those that may call it."""
    token = _token(platform, "trading", caller)
    return rpc.channel(platform.environment("gateway")["CIFT_TRADING_ADDRESS"], token=token)


def gateway_metadata(platform: RunningPlatform, account_id: str) -> Metadata:
    """What the gateway sends along when it calls trading for the owner of an account."""
    keys = secret.ring("CIFT_TRADING_PRINCIPAL_KEY", platform.environment("gateway")["CIFT_TRADING_PRINCIPAL_KEY"])
    principal = Signer(keys).sign(str(uuid.uuid4()), account_id, "a test", frozenset({"trader"}))
    return ((TOKEN, _token(platform, "trading", "gateway")), (PRINCIPAL, principal))


def _token(platform: RunningPlatform, called: str, caller: str) -> str:
    token: str = json.loads(platform.environment(called)["CIFT_CALLER_TOKENS"])[caller]
    return token
