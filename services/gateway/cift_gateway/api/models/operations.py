"""What those who run a platform look at."""

from datetime import datetime

from cift_gateway.api.models import Model


class Alert(Model):
    """An alert that is firing; `labels` say of what."""

    name: str
    severity: str
    summary: str
    description: str
    runbook_url: str
    since: datetime
    silenced: bool
    labels: dict[str, str]
