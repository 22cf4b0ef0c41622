"""Bars from QuestDB: the last quote of each step, and what was traded in it. Read over HTTP, once a training."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import numpy as np
from cift_common.errors import InvalidArgument, Unavailable

from cift_forecast.domain.bars import Bars, sessions

TIMEOUT_SECONDS = 120
STEP_SECONDS_MAX = 3600
_SECOND_NS = 10**9


class QuestDb:
    """`url` without credentials, or with `user:password@`."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self._url = urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).rstrip("/")
        self._headers = {}
        if parts.username:
            secret = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
            self._headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()

    def bars(self, symbol: str, step_seconds: int, start_ns: int, end_ns: int) -> Bars:
        """Steps that begin in [start, end) and had a quote of both sides. `InvalidArgument` where there are none."""
        if not 1 <= step_seconds <= STEP_SECONDS_MAX:
            raise InvalidArgument(
                f"step must be 1 to {STEP_SECONDS_MAX} s, not {step_seconds}", field="step", limit=str(STEP_SECONDS_MAX)
            )
        if not symbol.replace(".", "").isalnum():
            raise InvalidArgument(f"symbol {symbol!r} is not one", field="symbol")
        where = f"symbol = '{symbol}' AND timestamp >= {start_ns:d} AND timestamp < {end_ns:d}"
        every = f"SAMPLE BY {step_seconds:d}s ALIGN TO CALENDAR"
        quotes = self._rows(
            "SELECT timestamp::LONG, last(bid_price), last(ask_price), last(bid_quantity), last(ask_quantity)"
            f" FROM quotes WHERE {where} AND flags = 0 AND bid_price > 0 AND ask_price > 0 {every}"
        )
        trades = self._rows(
            f"SELECT timestamp::LONG, sum(quantity), count() FROM trades WHERE {where} AND flags & 15 = 0 {every}"
        )
        if not quotes:
            raise InvalidArgument(f"there are no quotes of {symbol} in this range", field="symbol")
        traded = {row[0]: (float(row[1]), float(row[2])) for row in trades}
        begins = [row[0] for row in quotes]
        ends = np.array(begins, dtype=np.int64) + step_seconds * _SECOND_NS
        columns = np.array([[float(value) for value in row[1:]] for row in quotes])
        volume = np.array([traded.get(begin, (0.0, 0.0)) for begin in begins])
        return Bars(
            ends,
            sessions(ends),
            *columns.T,
            *volume.T,
        )

    def _rows(self, statement: str) -> list[list[Any]]:
        query = urllib.parse.urlencode({"query": statement})
        request = urllib.request.Request(f"{self._url}/exec?{query}", headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                rows: list[list[Any]] = json.load(answer)["dataset"]
        except urllib.error.HTTPError as error:
            raise Unavailable(f"QuestDB refuses: {error.read().decode(errors='replace')[:300]}") from error
        except (OSError, ValueError, KeyError) as error:
            raise Unavailable(f"QuestDB does not answer: {error}") from error
        return rows
