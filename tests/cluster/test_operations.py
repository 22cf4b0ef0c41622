"""What people do with a platform that runs: halt, resume, put to sleep, wake, rotate while the operator is killed."""

import base64
import re
import time

import pytest

from tests.cluster.conftest import SYSTEM
from tests.cluster.flow import Flow
from tests.cluster.kube import Platform, printed
from tests.cluster.leader import kill_leader

pytestmark = pytest.mark.timeout(1200)

LEDGER = "SELECT md5(coalesce(string_agg(l::text, E'\\n' ORDER BY l.line_id), '')) FROM trading.ledger l"


def test_a_halt_refuses_orders_at_once_until_trading_is_resumed(platform: Platform) -> None:
    with Flow(platform) as flow:
        platform.until("orders are accepted", lambda: flow.accepted >= 20)
        halted = time.monotonic()
        platform.patch({"trading": {"halted": True}}, {"cift.markets/halt-reason": "fat finger in desk 3"})
        platform.until("an order is refused", lambda: bool(flow.refused_at))
        platform.until("the status says so", lambda: platform.condition("TradingHalted") == "True")
        accepted = flow.accepted
        refused = platform.order("buy", "AAPL", "1", check=False)
        assert "fat finger in desk 3" in refused, refused
        assert flow.accepted == accepted
        printed("kubectl patch halted: true, to the first refusal", flow.refused_at[0] - halted)
        resumed = time.monotonic()
        platform.patch({"trading": {"halted": False}})
        platform.until("orders are accepted again", lambda: flow.accepted > accepted)
        printed("kubectl patch halted: false, to the first accepted order", flow.accepted_at[accepted] - resumed)
    flow.prove()


def test_the_commands_halt_and_resume(platform: Platform) -> None:
    said = platform.cift("halt", platform.name, "--reason", "lunch")
    assert re.search(r"trading of demo is halted, after [\d.]+ s", said)
    assert "lunch" in platform.cift("status", platform.name)
    assert "is open" in platform.cift("resume", platform.name)
    assert platform.order("buy", "AAPL", "1").startswith("fill 1 AAPL @ ")


def test_it_sleeps_and_wakes_with_its_ledger(platform: Platform) -> None:
    before = platform.sql(LEDGER)
    begun = time.monotonic()
    platform.cift("hibernate", platform.name)
    platform.until("no pod is left", lambda: not platform.pods())
    printed("hibernate, to the last pod gone", time.monotonic() - begun)
    begun = time.monotonic()
    platform.cift("wake", platform.name)
    printed("wake to Ready", time.monotonic() - begun)
    assert platform.sql(LEDGER) == before
    assert platform.order("buy", "AAPL", "1").startswith("fill 1 AAPL @ ")


def test_secrets_are_made_anew_while_the_operator_is_killed(platform: Platform) -> None:
    def secret(name: str, key: str) -> str:
        return platform.kubectl("get", "secret", f"{platform.name}-{name}", "-o", f"jsonpath={{.data.{key}}}")

    pairs = [("demo-user", "api-secret-key"), ("jwt", "key"), ("audit", "key"), ("postgres", "password")]
    before = {pair: secret(*pair) for pair in pairs}
    begun = time.monotonic()
    platform.kubectl("annotate", "tp", platform.name, "cift.markets/rotate-secrets=once")
    platform.until("it has begun", lambda: secret("jwt", "key") != before["jwt", "key"])
    kill_leader(SYSTEM)
    platform.until("it is done", lambda: platform.status().get("rotated") == "once")
    platform.ready()
    printed("rotate to Ready, the operator killed once", time.monotonic() - begun)
    assert not [pair for pair in pairs if secret(*pair) == before[pair]]
    # What the old key has signed is proven with it.
    ring = [base64.b64decode(text).decode() for text in (secret("audit", "key"), before["audit", "key"])]
    assert ring[0].endswith(f",{ring[1]}")
    assert platform.order("sell", "AAPL", "1").startswith("fill 1 AAPL @ ")
