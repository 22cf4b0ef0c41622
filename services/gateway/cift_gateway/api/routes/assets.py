"""`/v2/assets`, `/v2/clock`, `/v2/calendar`, and which platform this is."""

from datetime import date, timedelta

from cift_common.ids import system_clock
from cift_proto.marketdata.v1 import marketdata_pb2 as marketdata
from fastapi import APIRouter, Response

from cift_gateway.api import render
from cift_gateway.api.context import Caller, Here
from cift_gateway.api.models import platform as platform_models
from cift_gateway.api.models import trading as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routing import Route
from cift_gateway.domain import asset, times

router = APIRouter(route_class=Route, tags=["assets"])
PAPER = "paper"
_DAYS_BACK, _DAYS_AHEAD = 365, 90


@router.get("/v2/assets", response_model=list[models.Asset], response_model_by_alias=True)
async def list_assets(
    gateway: Here, _: Caller, status: str | None = None, asset_class: str | None = None, exchange: str | None = None
) -> Response:
    """Every symbol of the platform."""
    if (status or "active") != "active" or (asset_class or "us_equity") != "us_equity":
        return reply([])
    assets = [render.asset(instrument) for instrument in gateway.platform.instruments]
    return reply([found for found in assets if exchange in (None, found["exchange"])])


@router.get("/v2/assets/{symbol_or_asset_id}", response_model=models.Asset)
async def get_asset(gateway: Here, _: Caller, symbol_or_asset_id: str) -> Response:
    """By symbol or by id."""
    return reply(render.asset(asset.find(gateway.platform, symbol_or_asset_id)))


@router.get("/v2/platform", response_model=platform_models.Platform)
async def get_platform(gateway: Here, _: Caller) -> Response:
    """Whose money is traded here: `paper` unless the broker is a live one."""
    platform = gateway.platform
    return reply(
        {
            "name": platform.name,
            "version": platform.version,
            "broker": platform.broker,
            "mode": "paper" if platform.broker == PAPER else "live",
            "analytics": bool(gateway.settings.analytics_address),
            "feed": gateway.platform.feed.kind,
        }
    )


@router.get("/v2/clock", response_model=models.Clock)
async def get_clock(gateway: Here, _: Caller) -> Response:
    """Is the market open, and when does that change?"""
    clock = await gateway.backends.call(gateway.backends.marketdata.GetClock, marketdata.GetClockRequest())
    return reply(
        {
            "timestamp": times.rfc3339(clock.now_ns),
            "is_open": clock.open,
            "next_open": times.rfc3339(clock.next_open_ns),
            "next_close": times.rfc3339(clock.next_close_ns),
            "calendar": clock.calendar,
        }
    )


@router.get("/v2/calendar", response_model=list[models.CalendarDay])
async def get_calendar(gateway: Here, _: Caller, start: str | None = None, end: str | None = None) -> Response:
    """Trading days from `start` to `end`, both included; by default the last year and the next 90 days."""
    today = date(1970, 1, 1) + timedelta(days=system_clock() // times.DAY_NS)
    first = times.parse_date("start", start) if start else today - timedelta(days=_DAYS_BACK)
    last = times.parse_date("end", end) if end else max(first, today + timedelta(days=_DAYS_AHEAD))
    answer = await gateway.backends.call(
        gateway.backends.marketdata.ListSessions,
        marketdata.ListSessionsRequest(start_date=first.isoformat(), end_date=last.isoformat()),
    )
    return reply(
        [
            {
                "date": session.date,
                "open": session.open,
                "close": session.close,
                "session_open": session.open.replace(":", ""),
                "session_close": session.close.replace(":", ""),
            }
            for session in answer.sessions
        ]
    )
