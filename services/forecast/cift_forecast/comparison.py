"""The table of what was trained, and what it means in words."""

from collections.abc import Iterator, Sequence

from cift_forecast.adapters.registry import Registry, Version
from cift_forecast.domain.reference import CHALLENGER, CHAMPION
from cift_forecast.promotion import Refused, judged

COIN = 0.6931


def lines(registry: Registry, symbol: str, seed: int) -> Iterator[str]:
    """What `cift models compare` prints."""
    versions = registry.versions(symbol)
    if not versions:
        yield f"{symbol}: nothing was trained yet"
        return
    titles = ("log loss, folds", "log loss, unseen", "hit rate, unseen", "profit a share after costs, unseen")
    yield f"{symbol:<9}{'model':<21}{titles[0]:<26}{titles[1]:<26}{titles[2]:<26}{titles[3]:<36}trained"
    for version in versions:
        shown = [
            _interval(version, "log_loss"),
            _interval(version, "unseen_log_loss"),
            _interval(version, "unseen_hit_rate"),
            f"{_interval(version, 'unseen_profit', 5)}",
        ]
        seconds = version.metrics["train_seconds"] + version.metrics["unseen_train_seconds"]
        aliases = f"  ← {', '.join(version.aliases)}" if version.aliases else ""
        columns = f"{shown[0]:<26}{shown[1]:<26}{shown[2]:<26}{shown[3]:<36}{seconds:.0f} s"
        yield f"{'v' + version.number:<9}{version.kind:<21}{columns}{aliases}"
    samples = versions[0].metrics["unseen_samples"]
    yield f"A coin's log loss is {COIN}. Intervals hold the mean with 95 %. Unseen: the last {samples:.0f} samples."
    yield from _verdict(registry, versions, seed)


def _verdict(registry: Registry, versions: Sequence[Version], seed: int) -> Iterator[str]:
    by_alias = {alias: version for version in versions for alias in version.aliases}
    challenger, champion = by_alias.get(CHALLENGER), by_alias.get(CHAMPION)
    if challenger is None:
        return
    same = champion is not None and champion.number == challenger.number
    try:
        found = judged(registry, challenger, None if same else champion, seed)
    except Refused as refused:
        yield f"Not comparable: {refused}."
        return
    for against, said in found:
        better = "better" if said.promoted else "not shown to be better"
        yield f"v{challenger.number} against {against}: {better}; {said.reason}"
    if not found[0][1].promoted:
        yield "Direction is not shown to be predictable here."
    elif challenger.metrics["unseen_profit_low"] <= 0:
        yield "Direction is predictable beyond chance here, but not shown to earn anything after the spread."


def _interval(version: Version, metric: str, places: int = 4) -> str:
    mean, low, high = (version.metrics[f"{metric}{part}"] for part in ("", "_low", "_high"))
    return f"{mean:.{places}f} [{low:.{places}f}, {high:.{places}f}]"
