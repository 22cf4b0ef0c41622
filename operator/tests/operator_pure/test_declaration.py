"""What a user writes: taken as meant, or refused with path and reason."""

import re
from typing import Any

import exchange_calendars
import pytest
import yaml
from cift_operator.api import InvalidPlatform, TradingPlatform, default_platform, parse, validate
from cift_operator.api.calendars import NAMES
from hypothesis import given, settings
from hypothesis import strategies as st


def declaration(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "cift.markets/v1alpha1",
        "kind": "TradingPlatform",
        "metadata": {"name": "demo"},
        "spec": spec,
    }


def test_the_smallest_platform() -> None:
    platform = parse(yaml.safe_dump(declaration(trading={"symbols": ["AAPL", "XYZ"]})))
    apple, unknown = platform.spec.trading.listings
    assert (apple.symbol, apple.name) == ("AAPL", "Apple Inc.")
    assert (unknown.symbol, unknown.name, str(unknown.tick_size)) == ("XYZ", "", "0.01")


def test_what_is_written_out_reads_back_the_same() -> None:
    platform = default_platform()
    text = yaml.safe_dump(platform.model_dump(mode="json", by_alias=True))
    assert parse(text) == platform


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"trading": {"symbols": ["A", "X"], "instruments": [{"symbol": "A"}, {"symbol": "X", "tickSize": "-1"}]}},
         "spec.trading.instruments[1].tickSize: input should be greater than 0, not '-1'"),
        ({"trading": {"symbols": ["X"], "instruments": [{"symbol": "X", "tickSize": 0.01}]}},
         'spec.trading.instruments[0].tickSize: write it in quotes, as "0.01"'),
        ({"trading": {"symbols": ["X"], "instruments": [{"symbol": "X", "lotSize": "NaN"}]}},
         "spec.trading.instruments[0].lotSize: must be a finite number"),
        ({"trading": {"symbols": ["X"], "instruments": [{"symbol": "X", "tickSize": "0.03"}]}},
         "spec.trading: X: referencePrice 100 is not a multiple of tickSize 0.03"),
        ({"trading": {"symbols": ["X"], "instruments": [{"symbol": "Y"}]}},
         "spec.trading: instruments: Y is not among symbols"),
        ({"trading": {"symbols": ["aapl"]}},
         "spec.trading.symbols[0]: string should match pattern '^[A-Z][A-Z0-9.]{0,15}$', not 'aapl'"),
        ({"trading": {"symbols": ["AAPL", "AAPL"]}}, "spec.trading: symbols: AAPL is listed twice"),
        ({"trading": {"symbols": []}}, "spec.trading.symbols: list should have at least 1 item"),
        ({"trading": {"calendar": "XNYX"}}, "spec.trading.calendar: no calendar XNYX is known; there are XNYS"),
        ({"trading": {"holiday": True}}, "spec.trading.holiday: is not a field"),
        ({"risk": {"limits": {"maxOpenOrders": 0}}},
         "spec.risk.limits.maxOpenOrders: input should be greater than or equal to 1, not 0"),
        ({"feeds": {"simulated": {}, "replay": {"path": "x"}}},
         "spec.feeds: simulated, replay, alpaca and binance exclude each other"),
        ({"stores": {"postgres": {"mode": "external", "external": {}}}},
         "spec.stores.postgres.external.urlFrom: is missing"),
        ({"stores": {"postgres": {"mode": "external"}}},
         "spec.stores.postgres: external is set where mode is external"),
        ({"backup": {"destination": {}}}, "spec.backup.destination: exactly one of volume and s3 must be set"),
        ({"maintenanceWindow": {"policy": "windows"}},
         "spec.maintenanceWindow: windows are set where policy is windows"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_path(spec: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidPlatform) as refused:
        validate(declaration(**spec))
    assert any(line.startswith(problem) for line in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "line 1, column 5: not YAML"),
        ("", "the file: must hold one TradingPlatform"),
        ("a: 1\n---\nb: 2", "the file: must hold one TradingPlatform, and holds 2 documents"),
        ("- 1", "the file: must be a TradingPlatform"),
        ("kind: TradingPlatform\nmetadata: {name: a}", "apiVersion: is missing (cift.markets/v1alpha1)"),
        ("a: &a [*a]", "apiVersion: is missing"),
        ("? [1, 2]\n: 3", "line 1, column 3: not YAML"),
    ],
)
def test_a_file_that_is_no_platform(text: str, problem: str) -> None:
    with pytest.raises(InvalidPlatform) as refused:
        parse(text)
    assert any(line.startswith(problem) for line in refused.value.problems), refused.value.problems


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(deeper for key, child in children for deeper in _paths(child, (*path, key)))]


_WHOLE = default_platform().model_dump(mode="json", by_alias=True)
_ALL_PATHS = [path for path in _paths(_WHOLE) if path]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(_ALL_PATHS), _JSON)
def test_whatever_is_put_anywhere_is_taken_or_refused_with_a_reason(path: tuple[Any, ...], value: Any) -> None:
    document = parse_copy(_WHOLE)
    node = document
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    try:
        problems = [] if isinstance(validate(document), TradingPlatform) else ["not a platform"]
    except InvalidPlatform as refused:
        problems = refused.problems or ["refused without a reason"]
    assert all(": " in problem and "\n" not in problem for problem in problems), problems


def parse_copy(document: Any) -> Any:
    return yaml.safe_load(yaml.safe_dump(document))


def test_the_calendars_are_those_of_the_library() -> None:
    spelled = re.compile(r"24/7|[A-Z0-9_]{1,20}")
    known = exchange_calendars.get_calendar_names(include_aliases=True)
    assert {name for name in known if spelled.fullmatch(name)} == NAMES
