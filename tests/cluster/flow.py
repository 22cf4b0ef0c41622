"""Orders that go on while the platform below them changes, and the proof that none was lost or doubled."""

import base64
import http.client
import json
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

from tests.cluster.kube import Platform, environment

Fate = Literal["accepted", "refused", "unknown"]
PAUSE_SECONDS = 0.1
ANSWER_SECONDS = 10.0


@dataclass
class Flow:
    """A user's program: about ten small orders a second, each under an id of its own, through the API server's proxy.

    An answer of the gateway says what became of an order; anything else (no answer, no gateway) leaves it unknown, and
    only the platform's books can tell.
    """

    platform: Platform
    fates: dict[str, Fate] = field(default_factory=dict)
    accepted_at: list[float] = field(default_factory=list)
    refused_at: list[float] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    """What the refused ones were told."""

    def __enter__(self) -> "Flow":
        self._stop = threading.Event()
        self._proxy = subprocess.Popen(
            ["kubectl", "proxy", "--port=0"], env=environment(), stdout=subprocess.PIPE, text=True
        )
        assert self._proxy.stdout is not None
        self._port = int(self._proxy.stdout.readline().rpartition(":")[2])
        self._thread = threading.Thread(target=self._send, name="orders")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._proxy.terminate()
        self._proxy.communicate()

    @property
    def accepted(self) -> int:
        return sum(fate == "accepted" for fate in self.fates.values())

    def pause(self) -> float:
        """The longest time between two accepted orders, in seconds."""
        return max(b - a for a, b in zip(self.accepted_at, self.accepted_at[1:], strict=False))

    def prove(self) -> None:
        """Each order that was accepted is there once, and has its fill once; nothing else is."""
        ended = "status IN ('FILLED', 'CANCELED', 'REJECTED', 'EXPIRED')"
        ours = f"client_order_id LIKE '{self._prefix}%'"
        self.platform.until(
            "its orders have ended",
            lambda: self.platform.sql(f"SELECT count(*) FROM trading.orders WHERE {ours} AND NOT {ended}") == "0",
        )
        rows = self.platform.sql(
            f"""SELECT client_order_id, status, quantity = filled_quantity,
                       quantity = (SELECT sum(e.quantity) FROM trading.executions e
                                   WHERE e.order_id = o.order_id AND e.type = 'TRADE')
                FROM trading.orders o WHERE {ours}"""
        )
        there = {line.split("|")[0]: line.split("|")[1:] for line in rows.splitlines()}
        lost = [key for key, fate in self.fates.items() if fate == "accepted" and key not in there]
        slipped = [key for key, fate in self.fates.items() if fate == "refused" and key in there]
        wrong = {key: row for key, row in there.items() if row != ["FILLED", "t", "t"]}
        assert not lost, f"accepted and gone: {lost}"
        assert not slipped, f"refused and there: {slipped}"
        assert not wrong, f"not filled once: {wrong}"
        booked = "SELECT sum(amount) FROM trading.ledger WHERE book = 'customer' AND asset = 'AAPL'"
        held = "SELECT sum(quantity) FROM trading.positions WHERE symbol = 'AAPL'"
        assert self.platform.sql(f"SELECT ({booked}) = ({held})") == "t"

    def _send(self) -> None:
        self._prefix = f"flow-{uuid.uuid4().hex[:8]}-"
        keys = self._keys()
        number = 0
        while not self._stop.wait(PAUSE_SECONDS):
            name = f"{self._prefix}{number}"
            body = {
                "symbol": "AAPL",
                "qty": "1",
                "side": "sell" if number % 2 else "buy",
                "type": "market",
                "time_in_force": "day",
                "client_order_id": name,
            }
            number += 1
            self.fates[name] = self._ask(body, keys)
            if self.fates[name] == "accepted":
                self.accepted_at.append(time.monotonic())
            elif self.fates[name] == "refused":
                self.refused_at.append(time.monotonic())

    def _keys(self) -> dict[str, str]:
        secret = json.loads(self.platform.kubectl("get", "secret", f"{self.platform.name}-demo-user", "-o", "json"))
        found = {key: base64.b64decode(text).decode() for key, text in secret["data"].items()}
        return {"APCA-API-KEY-ID": found["api-key-id"], "APCA-API-SECRET-KEY": found["api-secret-key"]}

    def _ask(self, body: dict[str, str], keys: dict[str, str]) -> Fate:
        where = f"/api/v1/namespaces/{self.platform.namespace}/services/{self.platform.name}-gateway:8000/proxy"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request(
                "POST", f"{where}/v2/orders", json.dumps(body), {**keys, "Content-Type": "application/json"}
            )
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return "unknown"
        finally:
            connection.close()
        if response.status < 300:
            return "accepted"
        # The API server speaks for itself where the gateway is away.
        if response.status >= 500 or answer.get("kind") == "Status":
            return "unknown"
        self.reasons.append(str(answer.get("message", answer)))
        return "refused"
