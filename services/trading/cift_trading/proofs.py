"""Proves from time to time that the books balance and the audit trail is whole, and tells by metrics.

The trail is verified by a process of its own: hashing every entry would hold up orders.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
from cift_common import logging
from cift_common.database import OUTAGE

from cift_trading import metrics
from cift_trading.adapters.store import Store

_log = logging.get(__name__)

FIRST_SECONDS = 5.0
NICENESS = 10
WHOLE, BROKEN = "audit trail ok", "audit trail BROKEN"


class Proofs:
    def __init__(self, store: Store, *, ledger_seconds: float, audit_seconds: float) -> None:
        self._store, self._ledger_seconds, self._audit_seconds = store, ledger_seconds, audit_seconds

    async def run_ledger(self) -> None:
        """Ends only by cancellation."""
        await _repeat("ledger", self.check_ledger, self._ledger_seconds)

    async def run_audit(self) -> None:
        """Ends only by cancellation."""
        await _repeat("audit", self.verify_audit, self._audit_seconds)

    async def check_ledger(self) -> bool:
        """Every sum, in one snapshot; False where something does not add up."""
        differences = [difference async for difference in self._store.ledger_differences()]
        for difference in differences[:20]:
            _log.error("the ledger does not balance", difference=difference)
        metrics.ledger_differences.set(len(differences))
        return not differences

    async def verify_audit(self) -> bool:
        """`verify-audit` of this very service; False where the trail is broken, `OSError` where nobody can tell."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cift_trading", "verify-audit",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            said, _ = await process.communicate()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        verdict = said.decode(errors="replace")
        if BROKEN in verdict:
            _log.error("the audit trail is broken", verdict=verdict[-2000:])
        elif WHOLE not in verdict:
            raise OSError(f"the audit trail could not be verified, exit code {process.returncode}")
        metrics.audit_broken.set(BROKEN in verdict)
        return BROKEN not in verdict


async def _repeat(proof: str, prove: Callable[[], Awaitable[bool]], seconds: float) -> None:
    proved, failed = metrics.proved.labels(proof), metrics.proof_failures.labels(proof)
    await asyncio.sleep(FIRST_SECONDS)
    while True:
        try:
            await prove()
            proved.set(time.time())
        except (asyncpg.PostgresError, *OUTAGE) as error:
            failed.inc()
            _log.warning("a proof could not be made", proof=proof, error=repr(error))
        await asyncio.sleep(seconds)
