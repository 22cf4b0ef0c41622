"""The policy's own rules, without a store."""

from dataclasses import replace
from decimal import Decimal

import pytest
from cift_common.errors import InvalidArgument
from cift_common.platform import Limits as DeclaredLimits
from cift_risk.__main__ import declared
from cift_risk.api import limits_from_proto, limits_to_proto, policy_to_proto
from cift_risk.domain import rules
from cift_risk.domain.exposure import Holding, Line, exposure
from cift_risk.domain.limits import Limits
from cift_risk.domain.policy import (
    DEFAULTS,
    Change,
    Halt,
    HaltChange,
    Level,
    LimitsChange,
    Policy,
    Restriction,
    RestrictionChange,
    Scope,
)
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT = "0192f0c4-0000-7000-8000-000000000001"
SYMBOLS = {"AAPL", "BRK.B"}
COMPLETE = declared(DeclaredLimits())

levels = st.builds(Level, st.sampled_from(["", ACCOUNT]), st.sampled_from(["", *SYMBOLS]))
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(LimitsChange, levels, st.builds(Limits, max_open_orders=st.none() | st.integers(1, 5))),
    st.builds(RestrictionChange, st.builds(Restriction, levels, st.text(max_size=3), st.booleans()), st.booleans()),
    st.builds(
        HaltChange,
        st.builds(Halt, st.sampled_from(Scope), st.sampled_from(["", "AAPL"]), st.just("r"), st.just("a"), st.just(1)),
        st.booleans(),
    ),
)


@given(st.lists(changes))
def test_the_version_counts_exactly_the_changes_that_change_something(steps: list[Change]) -> None:
    policy = Policy()
    for step in steps:
        changed = policy.apply(step)
        assert (changed is policy) == (replace(changed, version=0) == replace(policy, version=0))
        assert changed.version == policy.version + (changed is not policy)
        assert changed.apply(step) is changed, "a repeat changes nothing"
        policy = changed
    assert len(policy_to_proto(policy).halts) == len(policy.halts)


def test_a_halt_keeps_its_first_author_and_an_empty_override_goes() -> None:
    first = Halt(Scope.PLATFORM, "", "fat finger", "desk 3", 1)
    policy = Policy().apply(HaltChange(first)).apply(HaltChange(replace(first, actor="desk 4", since_ns=2)))
    assert list(policy.halts.values()) == [first]
    level = Level(ACCOUNT)
    policy = policy.apply(LimitsChange(level, Limits(max_open_orders=3)))
    assert level not in policy.apply(LimitsChange(level, Limits())).limits


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (LimitsChange(DEFAULTS, replace(COMPLETE, max_daily_loss=None)), "max_daily_loss"),
        (LimitsChange(Level(ACCOUNT), Limits(max_order_notional=Decimal(-1))), "max_order_notional"),
        (LimitsChange(Level(ACCOUNT), Limits(price_collar_bp=100_001)), "price_collar_bp"),
        (LimitsChange(Level("me"), Limits(max_open_orders=1)), "account_id"),
        (LimitsChange(Level(symbol="NOPE"), Limits(max_open_orders=1)), "symbol"),
        (RestrictionChange(Restriction(Level(), "news")), "symbol"),
        (RestrictionChange(Restriction(Level(symbol="AAPL"), " ")), "reason"),
        (HaltChange(Halt(Scope.PLATFORM, "AAPL", "r", "a", 1)), "key"),
        (HaltChange(Halt(Scope.ACCOUNT, "", "r", "a", 1)), "key"),
        (HaltChange(Halt(Scope.ACCOUNT, "me", "r", "a", 1)), "key"),
        (HaltChange(Halt(Scope.SYMBOL, "NOPE", "r", "a", 1)), "key"),
        (HaltChange(Halt(Scope.PLATFORM, "", "x" * 201, "a", 1)), "reason"),
    ],
)
def test_a_bad_change_names_its_field(change: Change, field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        rules.check(change, "someone", SYMBOLS)
    assert refused.value.field == field


def test_what_binds_a_symbol_that_is_gone_can_still_be_lifted() -> None:
    rules.check(RestrictionChange(Restriction(Level(symbol="GONE"), ""), lifted=True), "someone", SYMBOLS)
    rules.check(HaltChange(Halt(Scope.SYMBOL, "GONE", "", "a", 1), lifted=True), "someone", SYMBOLS)


def test_limits_survive_the_wire() -> None:
    assert limits_from_proto(limits_to_proto(COMPLETE), is_defaults=True) == COMPLETE
    some = Limits(max_order_quantity=Decimal("0.5"), max_order_notional=Decimal("5000.25"), max_open_orders=3)
    assert limits_from_proto(limits_to_proto(some), is_defaults=False) == some


def test_exposure_does_not_net_one_account_against_another() -> None:
    held = exposure(
        [
            Holding("AAPL", Decimal(10), Decimal("2.5"), Decimal(20)),
            Holding("AAPL", Decimal(-4), Decimal("2.5"), Decimal(-10)),
            Holding("BRK.B", Decimal(-1), None, Decimal(-400)),
        ]
    )
    assert held.lines == (
        Line("AAPL", Decimal(25), Decimal(10)),
        Line("BRK.B", Decimal(0), Decimal(400)),
    )
    assert (held.gross, held.net) == (Decimal(435), Decimal(-385))
