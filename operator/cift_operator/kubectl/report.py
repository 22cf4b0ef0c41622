"""A support bundle: everything that explains a platform, and no secret."""

import io
import json
import tarfile
from typing import Any

from cift_operator.cluster.api import Refused
from cift_operator.cluster.kinds import CHILDREN, EVENT, kind_of
from cift_operator.kubectl.cluster import Here
from cift_operator.plan.observed import SELECTOR

LOG_LINES = "2000"


async def collect(here: Here) -> dict[str, str]:
    """File name → text."""
    platform = await here.platform()
    found = {"platform.json": _text(platform)}
    selector = f"{SELECTOR},app.kubernetes.io/instance={here.name}"
    for kind in CHILDREN:
        try:
            bodies = await here.api.list(kind, here.namespace, selector)
        except Refused:
            continue
        for body in bodies:
            found[f"{kind.plural}/{body['metadata']['name']}.json"] = _text(without_secrets(body))
    events = await here.api.list(EVENT, here.namespace)
    ours = [one for one in events if str(one.get("regarding", {}).get("name", "")).startswith(here.name)]
    found["events.json"] = _text(ours)
    for pod in await here.api.list(kind_of("v1", "Pod"), here.namespace, selector):
        for container in pod["spec"]["containers"]:
            found |= await _logs(here, pod["metadata"]["name"], container["name"])
    return found


async def _logs(here: Here, pod: str, container: str) -> dict[str, str]:
    found = {}
    path = kind_of("v1", "Pod").path(here.namespace, pod, "log")
    for previous in ("false", "true"):
        query = {"container": container, "tailLines": LOG_LINES, "previous": previous}
        try:
            text = await here.api.text(path, query)
        except Refused:
            continue
        found[f"logs/{pod}-{container}{'-previous' if previous == 'true' else ''}.log"] = text
    return found


def without_secrets(body: dict[str, Any]) -> dict[str, Any]:
    """A Secret without its content, which is named; anything else as it is but for its bookkeeping."""
    metadata = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    result = {**body, "metadata": metadata}
    if body["kind"] == "Secret":
        result["data"] = dict.fromkeys(body.get("data") or {}, "…")
        result.pop("stringData", None)
    return result


def pack(files: dict[str, str], folder: str) -> bytes:
    """A tar.gz of one folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in sorted(files.items()):
            data = text.encode()
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _text(body: Any) -> str:
    return json.dumps(body, indent=2, sort_keys=True) + "\n"
