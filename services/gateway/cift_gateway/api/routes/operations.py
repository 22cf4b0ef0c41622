"""`/v2/operations`: for those who run the platform."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from cift_gateway.api.context import Caller, Here
from cift_gateway.api.models import operations as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routing import Route

router = APIRouter(route_class=Route, prefix="/v2/operations", tags=["operations"])


@router.get("/alerts", response_model=list[models.Alert])
async def list_alerts(gateway: Here, _: Caller) -> Response:
    """What fires now, pages first; needs the role operations. 404 where the platform runs without Alertmanager."""
    return reply([asdict(alert) for alert in await gateway.alertmanager.firing()])
