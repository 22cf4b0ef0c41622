"""`/docs`: Swagger UI from files of our own (the package `fastapi-offline` carries them), nothing from elsewhere."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)
_ASSETS = Path(str(files("fastapi_offline"))) / "static"
_ALLOWED = frozenset({"swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"})
# Swagger UI writes style attributes.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PAGE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>CIFT Markets API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon.png">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""


@router.get("/docs")
async def docs() -> Response:
    return Response(_PAGE, media_type="text/html", headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/start.js")
async def start() -> Response:
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
async def part(name: str) -> Response:
    if name not in _ALLOWED:
        return Response(status_code=404)
    return FileResponse(_ASSETS / name, headers={"Cache-Control": "public, max-age=86400"})
