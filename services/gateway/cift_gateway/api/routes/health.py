"""`/healthz` (the process lives) and `/readyz` (it is of use)."""

from fastapi import APIRouter, Response

from cift_gateway.api.context import Here
from cift_gateway.api.reply import reply

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    return reply({"status": "ok"})


@router.get("/readyz")
async def readyz(gateway: Here) -> Response:
    missing = await gateway.health.missing()
    return reply({"status": "unready" if missing else "ready", "missing": missing}, 503 if missing else 200)
