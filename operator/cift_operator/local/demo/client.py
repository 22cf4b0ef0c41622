"""The user's side: REST and the WebSocket, with the demo user's keys."""

import http.client
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from cift_operator.local.problem import Problem

Json = dict[str, Any]
_ENDED = {"fill", "canceled", "rejected", "expired"}


@dataclass(frozen=True)
class Placed:
    """An order that was sent and has ended; times on the wall clock, in nanoseconds."""

    order: Json
    trace_id: str
    sent_ns: int
    answered_ns: int
    updates: tuple[tuple[int, Json], ...]
    """(when it came, the `data` of the `trade_updates` message)"""

    @property
    def last(self) -> tuple[int, Json]:
        return self.updates[-1]


class Client:
    """A context manager; raises `Problem` where the gateway says no."""

    def __init__(self, credentials: Json) -> None:
        self._credentials = credentials
        self._address = urlsplit(credentials["base_url"])
        self._connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=30)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def call(self, method: str, path: str, body: Json | None = None, headers: dict[str, str] | None = None) -> Any:
        """The JSON body of an answer; None for 404."""
        status, answer = self._request(method, path, body, headers)
        if status == 404:
            return None
        if status >= 300:
            raise Problem(f"{method} {path}: {status} {answer.get('message', answer)}")
        return answer

    def place(self, order: Json, seconds: float = 20) -> Placed:
        """Sends an order with a trace of its own and listens until it has ended."""
        with connect(f"ws://{self._address.netloc}/stream", proxy=None) as socket:
            self._listen(socket)
            trace_id = secrets.token_hex(16)
            traceparent = f"00-{trace_id}-{secrets.token_hex(8)}-01"
            sent_ns = time.time_ns()
            answer = self.call("POST", "/v2/orders", order, {"traceparent": traceparent})
            answered_ns = time.time_ns()
            updates = _updates(socket, answer["id"], time.monotonic() + seconds)
        return Placed(answer, trace_id, sent_ns, answered_ns, tuple(updates))

    def _listen(self, socket: ClientConnection) -> None:
        keys = {"key": self._credentials["api_key_id"], "secret": self._credentials["api_secret_key"]}
        socket.send(json.dumps({"action": "auth", **keys}))
        answer = json.loads(socket.recv(timeout=10))
        if answer["data"].get("status") != "authorized":
            raise Problem(f"the WebSocket refused the keys: {answer['data']}")
        socket.send(json.dumps({"action": "listen", "data": {"streams": ["trade_updates"]}}))
        socket.recv(timeout=10)

    def _request(self, method: str, path: str, body: Json | None, headers: dict[str, str] | None) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body)
        named = {
            "APCA-API-KEY-ID": self._credentials["api_key_id"],
            "APCA-API-SECRET-KEY": self._credentials["api_secret_key"],
            "Content-Type": "application/json",
            **(headers or {}),
        }
        try:
            self._connection.request(method, path, content, named)
            response = self._connection.getresponse()
            text = response.read()
        except OSError as error:
            self._connection.close()
            raise Problem(f"the gateway does not answer at {self._address.geturl()}: {error}", "cift status") from None
        try:
            return response.status, json.loads(text) if text else {}
        except ValueError:
            return response.status, {"message": text.decode(errors="replace")[:200]}


def _updates(socket: ClientConnection, order_id: str, deadline: float) -> list[tuple[int, Json]]:
    found: list[tuple[int, Json]] = []
    while True:
        try:
            message = json.loads(socket.recv(timeout=max(0.0, deadline - time.monotonic())))
        except TimeoutError:
            heard = ", ".join(data["event"] for _, data in found) or "nothing"
            raise Problem(f"the WebSocket told {heard} of order {order_id}, and not its end", "cift status") from None
        came_ns = time.time_ns()
        if message.get("stream") == "trade_updates" and message["data"]["order"]["id"] == order_id:
            found.append((came_ns, message["data"]))
            if message["data"]["event"] in _ENDED:
                return found
