"""A QuestDB URL in the forms that its clients want: `http[s]://[user:password@]host:port`."""

import base64
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class QuestDbAddress:
    base_url: str
    headers: dict[str, str]
    sender_conf: str

    @classmethod
    def parse(cls, url: str) -> "QuestDbAddress":
        parts = urlsplit(url)
        host = f"{parts.hostname}:{parts.port or 9000}"
        conf, headers = f"{parts.scheme}::addr={host};", {}
        if parts.username is not None:
            user, password = unquote(parts.username), unquote(parts.password or "")
            headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
            # A semicolon ends a value of the client's configuration unless it is doubled.
            conf += f"username={user.replace(';', ';;')};password={password.replace(';', ';;')};"
        return cls(f"{parts.scheme}://{host}", headers, conf)
