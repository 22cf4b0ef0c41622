"""The alerts that are firing, as Alertmanager has them."""

import asyncio
import urllib.error
import urllib.request
from dataclasses import dataclass

import orjson
from cift_common.errors import NotFound, Unavailable

_TIMEOUT_SECONDS = 3.0
_PATH = "/api/v2/alerts?active=true"
# It is a neighbour: no proxy lies between.
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Alert:
    """Times in RFC 3339. `silenced`: by a silence, or by another alert that says the same."""

    name: str
    severity: str
    summary: str
    description: str
    runbook_url: str
    since: str
    silenced: bool
    labels: dict[str, str]


class Alertmanager:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def firing(self) -> list[Alert]:
        """The worst and oldest first; `NotFound` where there is no Alertmanager, `Unavailable` where it is silent."""
        if not self._url:
            raise NotFound(
                "this platform runs without Alertmanager; spec.observability.alertmanager.enabled starts it",
                reason="NOT_DEPLOYED",
            )
        try:
            # Asked every few seconds by a few people: a thread will do.
            found = orjson.loads(await asyncio.to_thread(self._read))
        except (OSError, urllib.error.URLError, orjson.JSONDecodeError) as error:
            raise Unavailable(f"Alertmanager does not answer: {error}") from error
        alerts = [_alert(alert) for alert in found]
        return sorted(alerts, key=lambda alert: (alert.silenced, alert.severity != "page", alert.since))

    def _read(self) -> bytes:
        with _DIRECTLY.open(self._url + _PATH, timeout=_TIMEOUT_SECONDS) as answer:
            data: bytes = answer.read()
            return data


def _alert(found: dict[str, dict[str, str]]) -> Alert:
    labels, notes, status = found["labels"], found.get("annotations", {}), found.get("status", {})
    return Alert(
        name=labels.get("alertname", ""),
        severity=labels.get("severity", ""),
        summary=notes.get("summary", ""),
        description=notes.get("description", ""),
        runbook_url=notes.get("runbook_url", notes.get("runbook", "")),
        since=str(found.get("startsAt", "")),
        silenced=status.get("state") == "suppressed",
        labels={name: value for name, value in labels.items() if name not in ("alertname", "severity")},
    )
