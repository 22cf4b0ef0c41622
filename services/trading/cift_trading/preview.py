"""PreviewOrder: what SubmitOrder would answer now. Nothing is reserved, stored or counted."""

from dataclasses import dataclass

from cift_common.errors import CiftError, InvalidArgument, PermissionDenied, RiskRefused, Unavailable
from cift_common.ids import Clock, new_uuid7
from cift_common.platform import Platform
from cift_core import Usage

from cift_trading.adapters.prices import Prices
from cift_trading.adapters.risk import Risk, refusal
from cift_trading.domain import exits
from cift_trading.domain import terms as rules
from cift_trading.domain.order import Order, OrderTerms, Role
from cift_trading.state import State


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """`refused` is the error that SubmitOrder would end with; `touch` the best bid and ask, 0 where there is none."""

    refused: CiftError | None
    checks: int
    policy_version: int
    usages: list[Usage]
    touch: tuple[int, int]


class Previews:
    def __init__(self, state: State, risk: Risk, prices: Prices, platform: Platform, clock: Clock) -> None:
        self._state, self._risk, self._prices = state, risk, prices
        self._platform, self._clock = platform, clock

    async def preview(self, terms: OrderTerms) -> OrderPreview:
        """`NotFound` where there is no such account; all else that is wrong with an order is in the answer."""
        account = self._state.account(terms.account_id)
        now = self._clock() // 1000 * 1000
        wrong: CiftError | None = None
        if account.suspended:
            wrong = PermissionDenied(
                "the account's owner has suspended trading", reason="ACCOUNT_SUSPENDED", field="account_id"
            )
        try:
            rules.check(terms, self._platform.instrument(terms.symbol), now)
        except InvalidArgument as error:
            return OrderPreview(wrong or error, 0, 0, [], (0, 0))
        answered = await self._prices.refresh(terms.symbol)
        order_id = new_uuid7(self._clock)
        order = exits.parent(Order(order_id, terms, submitted_at=now, updated_at=now))
        try:
            exits.check(terms, self._platform.instrument(terms.symbol), self._risk.touch(terms.symbol))
            legs = exits.legs(order, new_uuid7(self._clock), new_uuid7(self._clock)) if order.group else ()
            self._risk.check_prices(legs, self._clock())
        except (InvalidArgument, RiskRefused, Unavailable) as error:
            return OrderPreview(wrong or error, 0, 0, [], self._risk.touch(terms.symbol))
        seen = self._risk.preview(order_id, order, self._clock(), closing=order.role is Role.TAKE_PROFIT)
        decision = seen.decision
        if wrong is None and not decision.accepted:
            wrong = refusal(decision, prices_answered=answered, closing=order.role is Role.TAKE_PROFIT)
        touch = self._risk.touch(terms.symbol)
        return OrderPreview(wrong, decision.checks, decision.policy_version, list(seen.usages), touch)
