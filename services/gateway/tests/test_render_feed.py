"""What only some feeds say, as clients see it."""

import json

from cift_gateway.api import render_feed
from cift_gateway.api.models import market as models
from cift_gateway.api.reply import reply
from cift_proto.marketdata.v1 import marketdata_pb2 as pb

TIME_NS = 1_700_000_000_000_000_001


def test_a_depth_has_its_levels_the_best_first() -> None:
    levels = [pb.Depth.Level(price_nanos=price * 10**9, quantity_nanos=10**8) for price in (100, 99)]
    depth = pb.Depth(symbol="A", bids=levels, exchange_time_ns=TIME_NS, exchange="2")
    said = json.loads(bytes(reply(render_feed.depth(depth)).body))
    found = models.Depth.model_validate(said)
    assert [(level.p, level.s) for level in found.b] == [(100, 0.1), (99, 0.1)]
    assert (found.a, found.x, said["t"]) == ([], "2", "2023-11-14T22:13:20.000000001Z")


def test_what_the_feed_does_not_say_of_trading_is_null() -> None:
    halted = pb.TradingStatus(action="halt", reason="news_pending", trading=False, exchange_time_ns=TIME_NS)
    found = models.TradingStatus.model_validate(render_feed.status(halted))
    assert (found.action, found.reason, found.trading, found.quoting) == ("halt", "news_pending", False, None)
