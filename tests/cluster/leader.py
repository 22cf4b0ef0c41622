"""The operator that works, and how it dies."""

import json
import os
import signal
from pathlib import Path

from tests.cluster.kube import Body, run


def kill_leader(namespace: str) -> None:
    """By SIGKILL where the node's processes are this machine's; else its pod is removed without grace."""
    lease: Body = json.loads(run("kubectl", "-n", namespace, "get", "lease", "cift", "-o", "json"))
    pod = str(lease["spec"]["holderIdentity"]).rpartition("_")[0]
    found: Body = json.loads(run("kubectl", "-n", namespace, "get", "pod", pod, "-o", "json"))
    killed = [pid for pid in _processes(found["metadata"]["uid"]) if _end(pid)]
    if not killed:
        run("kubectl", "-n", namespace, "delete", "pod", pod, "--grace-period=0", "--force")


def _processes(pod_uid: str) -> list[int]:
    """Those of the pod that are the operator itself."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if pod_uid in (folder / "cgroup").read_text() and b"cift_operator" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def _end(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return False
    return True
