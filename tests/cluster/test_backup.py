"""A backup, and a new platform that begins from it with the same ledger and the same audit trail."""

import re
import time

import pytest

from tests.cluster.kube import Platform, printed

pytestmark = pytest.mark.timeout(1200)

DIGEST = "SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t"


def books(platform: Platform, until_position: int) -> dict[str, str]:
    """Table → how many rows it has, and what they say."""
    tables = {
        "ledger": "trading.ledger",
        "executions": "trading.executions",
        "orders": "trading.orders",
        "accounts": "(SELECT account_id, number, cash, multiplier, created_at FROM trading.accounts)",
        "positions": "(SELECT account_id, symbol, quantity, cost_basis, realized_pnl FROM trading.positions)",
        "events": f"(SELECT * FROM trading.events WHERE position <= {until_position})",
    }
    return {name: platform.sql(DIGEST.format(table)) for name, table in tables.items()}


def test_a_new_platform_begins_from_a_backup(platform: Platform) -> None:
    assert platform.order("buy", "AAPL", "3").startswith("fill 3 AAPL @ ")
    platform.patch({"backup": {"destination": {"volume": {"size": "1Gi"}}}})
    platform.ready()
    position = int(platform.sql("SELECT max(position) FROM trading.events"))
    begun = time.monotonic()
    said = platform.cift("backup", platform.name)
    job = re.search(r"job (\S+) has begun", said)
    assert job, said
    platform.kubectl("wait", "--for=condition=Complete", f"job/{job[1]}", "--timeout=300s")
    printed("a backup, from the command to its end", time.monotonic() - begun)
    wanted = books(platform, position)

    copy = Platform("copy", platform.namespace)
    begun = time.monotonic()
    platform.cift("restore", "copy", "--from", platform.name)
    try:
        copy.ready()
        printed("restore into a new platform, to Ready", time.monotonic() - begun)
        assert books(copy, position) == wanted
        assert copy.order("sell", "AAPL", "3").startswith("fill 3 AAPL @ ")
        assert "audit trail ok" in _verified(copy)
        assert copy.condition("Reconciled") == "True"
    finally:
        copy.patch({"deletionPolicy": "delete"})
        copy.kubectl("delete", "tp", "copy", "--timeout=120s")
        copy.until("nothing of it is left", lambda: not copy.found())


def _verified(platform: Platform) -> str:
    command = ["python", "-m", "cift_trading", "verify-audit"]
    return platform.kubectl("exec", f"{platform.name}-trading-0", "-c", "trading", "--", *command, check=False)
