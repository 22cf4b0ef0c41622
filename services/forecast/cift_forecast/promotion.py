"""Which version is the champion: only what is better beyond chance on unseen steps, and back again."""

from dataclasses import dataclass

import numpy as np

from cift_forecast.adapters.registry import FORMER, Registry, Version
from cift_forecast.domain.bars import Floats
from cift_forecast.domain.judge import Verdict, log_loss, verdict
from cift_forecast.domain.reference import CHALLENGER, CHAMPION


class Refused(Exception):
    """The alias stays where it is; the message says why."""


@dataclass(frozen=True)
class Promotion:
    version: Version
    verdicts: tuple[tuple[str, Verdict], ...]
    """Against whom, and how it went."""


def promote(registry: Registry, symbol: str, number: str, seed: int) -> Promotion:
    """Makes a version (or the challenger) the champion where it beats chance and the champion. Raises `Refused`."""
    challenger = registry.version(symbol, number or CHALLENGER)
    if challenger is None:
        raise Refused(f"{symbol} has no {f'version {number}' if number else CHALLENGER}; train one first")
    champion = registry.version(symbol, CHAMPION)
    if champion is not None and champion.number == challenger.number:
        raise Refused(f"version {champion.number} is the champion already")
    found = judged(registry, challenger, champion, seed)
    for against, said in found:
        if not said.promoted:
            raise Refused(f"version {challenger.number} ({challenger.kind}) against {against}: {said.reason}")
    if champion is not None:
        registry.point(symbol, FORMER, champion.number)
    registry.point(symbol, CHAMPION, challenger.number)
    registry.tag(symbol, challenger.number, {"promoted": "; ".join(f"{name}: {said.reason}" for name, said in found)})
    return Promotion(challenger, found)


def judged(
    registry: Registry, challenger: Version, champion: Version | None, seed: int
) -> tuple[tuple[str, Verdict], ...]:
    """On the challenger's unseen samples, which the champion must not have seen either. Raises `Refused`."""
    evidence = registry.evidence(challenger)
    told = challenger.description
    up = (evidence.move > 0).astype(float)
    block = told.horizon * 5
    loss = log_loss(evidence.probability, up)
    found = [("chance", verdict(_chance(told.base_rate, up), loss, block, seed))]
    if champion is not None:
        theirs = champion.description
        who = f"the champion, version {champion.number} ({champion.kind})"
        if (theirs.step_seconds, theirs.horizon) != (told.step_seconds, told.horizon):
            raise Refused(
                f"{who} forecasts {theirs.horizon} steps of {theirs.step_seconds} s, version {challenger.number}"
                f" {told.horizon} of {told.step_seconds} s: they cannot be compared"
            )
        if theirs.trained_until_ns > evidence.begin_ns:
            raise Refused(f"{who} has seen a part of the steps that version {challenger.number} was judged on")
        said = registry.ask(champion, evidence.windows)
        found.append((who, verdict(log_loss(said, up), loss, block, seed)))
    return tuple(found)


def _chance(base_rate: float, up: Floats) -> Floats:
    """A coin, or one that falls as the price did in training: whichever does better here."""
    coins = [log_loss(np.full(len(up), rate), up) for rate in (0.5, base_rate)]
    return min(coins, key=lambda loss: float(loss.mean()))


def roll_back(registry: Registry, symbol: str) -> Version:
    """The former champion is champion again, and is given. Raises `Refused`."""
    former, champion = registry.version(symbol, FORMER), registry.version(symbol, CHAMPION)
    if former is None or champion is None:
        raise Refused(f"{symbol} has no former champion to go back to")
    registry.point(symbol, CHAMPION, former.number)
    registry.point(symbol, FORMER, champion.number)
    registry.tag(symbol, champion.number, {"rolled_back": f"to version {former.number}"})
    return former
