"""The file that tells every service what the platform is (`CIFT_PLATFORM_FILE`, `cift_common.platform`)."""

from cift_common.platform import Feed, Fees, Instrument, Limits, Platform

from cift_operator.api import PlatformSpec
from cift_operator.api.feeds import SimulatedFeed
from cift_operator.components.model import ConfigFile

NAME = "platform.json"


def platform(name: str, spec: PlatformSpec) -> Platform:
    """The spec as services know it."""
    trading = spec.trading
    return Platform(
        name=name,
        version=spec.version,
        instruments=tuple(Instrument(**dict(listing)) for listing in trading.listings),
        calendar=trading.calendar,
        halted=trading.halted,
        feed=_feed(spec),
        risk=Limits(**dict(spec.risk.limits)),
        broker=trading.broker,
        fees=Fees(**dict(trading.fees)),
        initial_deposit=trading.initial_deposit,
    )


def _feed(spec: PlatformSpec) -> Feed:
    if (replay := spec.feeds.replay) is not None:
        return Feed(kind="replay", path=replay.path, speed=replay.speed)
    if spec.feeds.alpaca is not None:
        return Feed(kind="alpaca")
    if spec.feeds.binance is not None:
        return Feed(kind="binance")
    simulated = spec.feeds.simulated or SimulatedFeed()
    return Feed(kind="simulated", seed=simulated.seed, quotes_per_second=simulated.quotes_per_second)


def config_file(name: str, spec: PlatformSpec) -> ConfigFile:
    """Limits and halt count without a restart: the operator tells the risk service over gRPC, and the file holds them
    for its next start."""
    told = platform(name, spec)
    content = told.model_dump_json(by_alias=True, indent=2) + "\n"
    return ConfigFile(NAME, content, restart=told.model_dump_json(exclude={"risk", "halted"}), shared=True)
