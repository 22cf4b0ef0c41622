"""From one version to another, and back where the new one does not become ready."""

from cift_operator.plan.upgrade import FORCE

from .conftest import MakeOperator
from .harness import Body, Cluster, condition, ready

TRADING = {"symbols": ["AAPL"]}


def runs(version: str) -> object:
    def seen(status: Body) -> bool:
        return status.get("version") == version and ready(status)

    return seen


async def _images(cluster: Cluster, namespace: str) -> set[str]:
    children = await cluster.children(namespace)
    return {
        container["image"].rpartition(":")[2]
        for (kind, _), body in children.items()
        if kind in ("Deployment", "StatefulSet")
        for container in body["spec"]["template"]["spec"]["containers"]
        if "/cift-" in container["image"]
    }


async def test_another_version_is_rolled_out_in_order_and_a_broken_one_goes_back(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    await cluster.declare(namespace, version="0.1.0", trading=TRADING)
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        await cluster.declare(namespace, version="0.2.0", trading=TRADING)
        await cluster.until(namespace, lambda status: status.get("version") == "0.2.0" and ready(status), "upgraded")
        assert await _images(cluster, namespace) == {"0.2.0"}
        reasons = [line["reason"] for line in running.log if line["event"] == "event"]
        phases = [reason for reason in reasons if reason.startswith("Upgrade")]
        assert phases == ["UpgradeHalting", "UpgradeDraining", "UpgradeRolling", "UpgradeResuming", "UpgradeCompleted"]
        # The pods of this one do not fit the quota: that is said before anything is done for it.
        await cluster.forbid(namespace, "pods")
        await cluster.annotate(namespace, {"cift.markets/upgrade-timeout-seconds": "5"})
        await cluster.declare(namespace, version="0.3.0", trading=TRADING)
        status = await cluster.until(
            namespace, lambda status: condition(status, "SpecValid")["status"] == "False", "refused"
        )
        assert "raise the quota" in condition(status, "SpecValid")["message"]
        assert status["upgrade"]["phase"] == "Waiting"
        assert await _images(cluster, namespace) == {"0.2.0"}
        # Its pods could run, and its migrations cannot.
        await cluster.allow(namespace)
        await cluster.forbid(namespace, "count/jobs.batch")
        status = await cluster.until(
            namespace,
            lambda status: status.get("upgrade", {}).get("phase") in ("RollingBack", "RolledBack"),
            "on its way back",
        )
        await cluster.allow(namespace)
        status = await cluster.until(
            namespace,
            lambda status: (
                status.get("upgrade", {}).get("phase") == "RolledBack"
                and condition(status, "Ready")["status"] == "True"
            ),
            "rolled back",
        )
        assert status["version"] == "0.2.0"
        assert "0.3.0" in condition(status, "Degraded")["message"]
        assert await _images(cluster, namespace) == {"0.2.0"}
        # It is tried again when somebody insists.
        await cluster.annotate(namespace, {FORCE: "0.3.0", "cift.markets/upgrade-timeout-seconds": None})
        await cluster.until(namespace, lambda status: status.get("version") == "0.3.0" and ready(status), "upgraded")
        assert "Traceback" not in running.text


async def test_it_waits_for_the_maintenance_window(cluster: Cluster, namespace: str, operator: MakeOperator) -> None:
    # A window of one minute a week, that is not now.
    import datetime

    yesterday = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).strftime("%a")
    window = {"policy": "windows", "windows": [{"days": [yesterday], "start": "12:00", "end": "12:01"}]}
    await cluster.declare(namespace, version="0.1.0", trading=TRADING, maintenanceWindow=window)
    async with operator():
        await cluster.until(namespace, ready, "ready")
        await cluster.declare(namespace, version="0.2.0", trading=TRADING, maintenanceWindow=window)
        status = await cluster.until(namespace, lambda status: "upgrade" in status, "waiting")
        assert status["upgrade"]["phase"] == "Waiting"
        assert "12:00–12:01" in status["upgrade"]["message"]
        assert await _images(cluster, namespace) == {"0.1.0"}
        await cluster.annotate(namespace, {FORCE: "0.2.0"})
        await cluster.until(namespace, lambda status: status.get("version") == "0.2.0" and ready(status), "upgraded")
