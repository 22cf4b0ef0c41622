"""Taken away: what stays is what `deletionPolicy` keeps, and the same name finds it again."""

import pytest

from tests.cluster.conftest import SAMPLE, SYSTEM, install
from tests.cluster.kube import Platform, printed, run

pytestmark = pytest.mark.timeout(900)

RUNNING = "pod,deployment,statefulset,job,cronjob,service,networkpolicy,configmap,serviceaccount,poddisruptionbudget"


def test_what_is_deleted_and_uninstalled_leaves_what_it_should(platform: Platform) -> None:
    assert platform.order("buy", "AAPL", "7").startswith("fill 7 AAPL @ ")
    platform.kubectl("delete", "tp", platform.name, "--timeout=120s")
    printed("delete, to the last pod gone", platform.until("nothing runs", lambda: not platform.found(RUNNING)))
    assert {one["kind"] for one in platform.found()} == {"PersistentVolumeClaim", "Secret"}

    # The same name finds its ledger again.
    platform.kubectl("apply", "-f", str(SAMPLE))
    printed("the same name again, to Ready", platform.ready())
    assert platform.order("sell", "AAPL", "7").startswith("fill 7 AAPL @ ")

    # Without an operator it goes on as it is.
    pods = platform.pods()
    run("helm", "uninstall", "cift", "-n", SYSTEM, "--wait")
    assert platform.pods() == pods
    assert platform.order("buy", "MSFT", "1").startswith("fill 1 MSFT @ ")
    install()
    platform.ready()
    assert platform.pods() == pods

    platform.patch({"deletionPolicy": "delete"})
    # Nobody leads yet: what is deleted before an operator has seen the patch keeps its data.
    platform.ready()
    platform.kubectl("delete", "tp", platform.name, "--timeout=120s")
    # Backups of a spec that names them no more: nobody said that they may go.
    backups = {f"{platform.name}-backup-backups"}
    platform.until("nothing is left", lambda: {one["metadata"]["name"] for one in platform.found()} <= backups)
