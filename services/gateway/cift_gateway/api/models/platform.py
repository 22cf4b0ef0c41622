"""Which platform answers."""

from typing import Literal

from cift_gateway.api.models import Model


class Platform(Model):
    """`mode`: whether orders are real. `analytics`: whether `/v2/analytics` has something behind it.

    `feed`: where prices come from; those of a replay are as old as the recording.
    """

    name: str
    version: str
    broker: str
    mode: Literal["paper", "live"]
    analytics: bool
    feed: Literal["simulated", "replay", "alpaca", "binance"]
