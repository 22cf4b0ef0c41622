"""`/v2/account` and what hangs below it."""

from typing import Annotated, Any

from cift_common.errors import InvalidArgument
from cift_common.ids import system_clock
from cift_proto.trading.v1 import trading_pb2 as trading
from fastapi import APIRouter, Query, Request, Response

from cift_gateway.api import render
from cift_gateway.api.context import Caller, Here
from cift_gateway.api.models import trading as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routes.orders import is_ascending
from cift_gateway.api.routing import Route
from cift_gateway.domain import fields, times, words

router = APIRouter(route_class=Route, tags=["account"])
# What Alpaca has a choice in and this platform has not.
_FIXED: dict[str, Any] = {
    "max_margin_multiplier": "1",
    "trade_confirm_email": "none",
    "ptp_no_exception_entry": False,
    "max_options_trading_level": 0,
    "dtbp_check": "both",
    "pdt_check": "both",
}


@router.get("/v2/account", response_model=models.Account)
async def get_account(gateway: Here, caller: Caller) -> Response:
    """Cash, buying power, equity."""
    answer = await gateway.backends.call(
        gateway.backends.trading.GetAccount, trading.GetAccountRequest(account_id=caller.account_id)
    )
    return reply(render.account(answer.account))


def _configuration(gateway: Here, account: trading.Account) -> dict[str, Any]:
    return {
        "suspend_trade": account.suspended_by_user,
        "no_shorting": not account.shorting_enabled,
        "self_trade_prevention": words.SELF_TRADE_PREVENTION.get(account.self_trade_prevention, "cancel_newest"),
        "fractional_trading": any(instrument.lot_size < 1 for instrument in gateway.platform.instruments),
        **_FIXED,
    }


@router.get("/v2/account/configurations", response_model=models.AccountConfiguration)
async def get_configuration(gateway: Here, caller: Caller) -> Response:
    """What the owner of the account has set."""
    answer = await gateway.backends.call(
        gateway.backends.trading.GetAccount, trading.GetAccountRequest(account_id=caller.account_id)
    )
    return reply(_configuration(gateway, answer.account))


@router.patch("/v2/account/configurations", response_model=models.AccountConfiguration)
async def set_configuration(request: Request, gateway: Here, caller: Caller) -> Response:
    """`suspend_trade`, `no_shorting` and our `self_trade_prevention` (none, cancel_newest, cancel_oldest, cancel_both,
    decrement: what becomes of two orders of the account that would trade with each other) can be changed; the others
    can only be sent as they are."""
    body = fields.read_json(await request.body())
    change = trading.ConfigureAccountRequest(account_id=caller.account_id)
    for name in ("suspend_trade", "no_shorting"):
        if body.get(name) is not None and not isinstance(body[name], bool):
            raise InvalidArgument(f"{name} must be true or false", field=name)
    if body.get("suspend_trade") is not None:
        change.suspended = body["suspend_trade"]
    if body.get("no_shorting") is not None:
        change.shorting_enabled = not body["no_shorting"]
    if (prevention := body.get("self_trade_prevention")) is not None:
        change.self_trade_prevention = words.value_of(
            "self_trade_prevention", prevention, words.SELF_TRADE_PREVENTION_VALUES
        )  # type: ignore[assignment]
    fractional = any(instrument.lot_size < 1 for instrument in gateway.platform.instruments)
    for name, value in {**_FIXED, "fractional_trading": fractional}.items():
        if body.get(name) is not None and body[name] != value:
            raise InvalidArgument(f"{name} cannot be changed", reason="UNSUPPORTED", field=name, limit=str(value))
    answer = await gateway.backends.call(gateway.backends.trading.ConfigureAccount, change)
    return reply(_configuration(gateway, answer.account))


@router.get("/v2/account/activities", response_model=list[models.Activity])
@router.get("/v2/account/activities/{activity_type}", response_model=list[models.Activity])
async def list_activities(
    gateway: Here,
    caller: Caller,
    activity_type: str | None = None,
    activity_types: str | None = None,
    date: str | None = None,
    after: str | None = None,
    until: str | None = None,
    direction: str = "desc",
    page_size: Annotated[fields.Whole, Query(ge=1, le=100)] = 100,
    page_token: str = "",
) -> Response:
    """Fills; other kinds do not occur on paper accounts. `page_token` is the id of the last one that you have."""
    kinds = {kind.strip().upper() for kind in (activity_type or activity_types or "FILL").split(",")}
    if "FILL" not in kinds:
        return reply([])
    after_ns = times.parse_time("after", after) if after else 0
    until_ns = times.parse_time("until", until) if until else 0
    if date is not None:
        after_ns = times.parse_time("date", date[:10])
        until_ns = after_ns + times.DAY_NS
    answer = await gateway.backends.call(
        gateway.backends.trading.ListActivities,
        trading.ListActivitiesRequest(
            account_id=caller.account_id,
            limit=page_size,
            after_ns=after_ns,
            until_ns=until_ns,
            ascending=is_ascending("direction", direction),
            page_sequence=_sequence_of(page_token),
        ),
    )
    return reply([render.activity(fill) for fill in answer.fills])


def _sequence_of(activity_id: str) -> int:
    """Of the update that an activity's id names; 0 for none."""
    if not activity_id:
        return 0
    _, found, sequence = activity_id.partition("::")
    if not found or not (sequence.isascii() and sequence.isdigit() and len(sequence) < 19):
        raise InvalidArgument("page_token must be the id of an activity", field="page_token")
    return int(sequence)


@router.get("/v2/account/portfolio/history", response_model=models.PortfolioHistory)
async def get_portfolio_history(
    gateway: Here,
    caller: Caller,
    period: str | None = None,
    timeframe: str | None = None,
    start: str | None = None,
    end: str | None = None,
    date_end: str | None = None,
) -> Response:
    """Equity over time. By default the last month; finer points for shorter periods."""
    start_ns = times.parse_time("start", start) if start else None
    end_ns = times.parse_time("end", end or date_end or "") if end or date_end else None
    length_ns = times.parse_period(period) if period else None
    if start_ns is not None and end_ns is not None and length_ns is not None:
        raise InvalidArgument("give at most two of start, end and period", field="period")
    now = system_clock()
    if end_ns is None:
        end_ns = start_ns + length_ns if start_ns is not None and length_ns is not None else now
    end_ns = min(end_ns, now)
    if start_ns is None:
        start_ns = max(0, end_ns - (length_ns or 30 * times.DAY_NS))
    if start_ns > end_ns:
        raise InvalidArgument("start must not be after end", field="start")
    word, interval_ns = times.portfolio_timeframe(timeframe, end_ns - start_ns)
    answer = await gateway.backends.call(
        gateway.backends.trading.GetPortfolioHistory,
        trading.GetPortfolioHistoryRequest(
            account_id=caller.account_id, start_ns=start_ns, end_ns=end_ns, interval_ns=interval_ns
        ),
    )
    points = list(answer.points)
    return reply(
        {
            "timestamp": [render.seconds(point.time_ns) for point in points],
            "equity": [render.decimal_number(point.equity) for point in points],
            "profit_loss": [render.decimal_number(point.profit_loss) for point in points],
            "profit_loss_pct": [render.ratio_number(point.profit_loss, answer.base_value) for point in points],
            "base_value": render.decimal_number(answer.base_value),
            "timeframe": word,
            "cashflow": {},
        }
    )
