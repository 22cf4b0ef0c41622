"""Generated declarations: good ones, and those that some layer has to refuse."""

import copy
import random
from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
SYMBOLS = ("AAPL", "MSFT")
STORES = ("postgres", "nats", "cache", "questdb")
SERVICES = ("gateway", "trading", "risk", "execution", "marketdata")


def good(choices: random.Random) -> Body:
    """One that can always be followed, whatever was followed before."""
    return {
        "trading": {"symbols": list(SYMBOLS), "halted": choices.random() < 0.2},
        "risk": {"limits": {"maxOpenOrders": choices.randint(1, 9), "maxDailyLoss": str(choices.randint(1, 10**6))}},
        "services": {"gateway": {"replicas": choices.randint(1, 2)}},
        "maintenanceWindow": {"policy": choices.choice(["anytime", "marketClosed"])},
    }


def bad(choices: random.Random, start: Body) -> tuple[Body, str]:
    """A good one with a mistake in it, and what its refusal names; empty: the API server does not even take it."""
    spec = copy.deepcopy(start)
    return spec, choices.choice(_MISTAKES)(choices, spec)


def _off_the_grid(choices: random.Random, spec: Body) -> str:
    tick = choices.choice(["0.03", "0.07", "0.009"])
    spec["trading"] |= {"symbols": [*SYMBOLS, "ZZZ"], "instruments": [{"symbol": "ZZZ", "tickSize": tick}]}
    return f"ZZZ: referencePrice 100 is not a multiple of tickSize {tick}"


def _unknown_calendar(choices: random.Random, spec: Body) -> str:
    name = "X" + "".join(choices.choices("QZ09", k=choices.randint(3, 12)))
    spec["trading"]["calendar"] = name
    return f"spec.trading.calendar: no calendar {name} is known"


def _missing_secret(choices: random.Random, spec: Body) -> str:
    store, name = choices.choice(STORES), f"nobody-{choices.randint(0, 999)}"
    spec["stores"] = {store: {"mode": "external", "external": {"urlFrom": {"name": name, "key": "url"}}}}
    return f"spec.stores.{store}.external.urlFrom: there is no secret {name} with the key url"


def _symbol_that_may_be_held(choices: random.Random, spec: Body) -> str:
    gone, kept = choices.sample(SYMBOLS, 2)
    spec["trading"]["symbols"] = [kept]
    return f"spec.trading.symbols: {gone} cannot be removed"


def _strange_limit(choices: random.Random, spec: Body) -> str:
    spec["services"][choices.choice(SERVICES)] = {"logLevel": choices.choice(["LOUD", "", "info"])}
    return ""


def _unlisted_instrument(choices: random.Random, spec: Body) -> str:
    spec["trading"]["instruments"] = [{"symbol": choices.choice(["IBM", "QQQ"])}]
    return ""


def _amount_of_nothing(choices: random.Random, spec: Body) -> str:
    spec["risk"]["limits"]["maxOrderQuantity"] = choices.choice(["0", "-1", "much", "1e400"])
    return ""


def _two_ways_to_scale(choices: random.Random, spec: Body) -> str:
    spec["services"]["gateway"] = {"replicas": choices.randint(1, 3), "autoscaling": {}}
    return ""


def _windows_without_policy(choices: random.Random, spec: Body) -> str:
    day = choices.choice(["Mon", "Fri"])
    spec["maintenanceWindow"] = {"policy": "anytime", "windows": [{"days": [day], "start": "01:00", "end": "02:00"}]}
    return ""


_MISTAKES: list[Callable[[random.Random, Body], str]] = [
    _off_the_grid,
    _unknown_calendar,
    _missing_secret,
    _symbol_that_may_be_held,
    _strange_limit,
    _unlisted_instrument,
    _amount_of_nothing,
    _two_ways_to_scale,
    _windows_without_policy,
]
