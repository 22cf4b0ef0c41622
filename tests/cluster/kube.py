"""A platform in the cluster that KUBECONFIG names, as its users see it: by kubectl, `kubectl cift` and helm."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.cluster.clusters import tools

Body = dict[str, Any]

SECONDS_MAX = 300.0
"""For anything; aims are printed and not asserted, for the machine may be doing other things as well."""
TRIES = 5
CHILDREN = (
    "deployment,statefulset,job,cronjob,service,configmap,secret,serviceaccount,networkpolicy,poddisruptionbudget,"
    "persistentvolumeclaim,pod,ingress,horizontalpodautoscaler"
)


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{tools()}:{os.environ['PATH']}"}


def run(program: str, *arguments: str, check: bool = True, stdin: str = "") -> str:
    """What it printed; without `check` what it complained of, too."""
    for _ in range(TRIES):
        done = subprocess.run(
            [program, *arguments], env=environment(), input=stdin, capture_output=True, text=True, check=False
        )
        # On a busy machine a handshake may take too long; nothing has been asked for then.
        if not done.returncode or "Unable to connect to the server" not in done.stderr:
            break
    if check and done.returncode:
        raise AssertionError(
            f"{program} {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout + ("" if check else done.stderr)


def until(
    what: str, holds: Callable[[], bool], seconds: float = SECONDS_MAX, *, told: Callable[[], str] = str
) -> float:
    """Seconds that it took; `told` explains why it did not."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"not within {seconds:.0f} s: {what}\n{told()}")
        time.sleep(0.2)
    return time.monotonic() - begun


FIGURES: list[str] = []


def printed(what: str, seconds: float) -> None:
    """A figure, for the end of the run's output."""
    FIGURES.append(f"  {what:<58} {seconds:8.1f} s")


@dataclass(frozen=True)
class Platform:
    """One that was, or will be, applied."""

    name: str
    namespace: str

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        return run("kubectl", "-n", self.namespace, *arguments, check=check)

    def cift(self, command: str, *arguments: str, check: bool = True) -> str:
        return run(
            sys.executable, "-m", "cift_operator.kubectl", command, *arguments, "-n", self.namespace, check=check
        )

    def order(self, side: str, symbol: str, quantity: str, *, check: bool = True) -> str:
        return self.cift("order", side, symbol, quantity, "--platform", self.name, check=check)

    def patch(self, spec: Body, annotations: dict[str, str] | None = None) -> None:
        body = {"spec": spec, **({"metadata": {"annotations": annotations}} if annotations else {})}
        self.kubectl("patch", "tp", self.name, "--type=merge", "-p", json.dumps(body))

    def create(self, body: Body) -> None:
        """Another object in its namespace."""
        run("kubectl", "-n", self.namespace, "create", "-f", "-", stdin=json.dumps(body))

    def read(self) -> Body:
        found: Body = json.loads(self.kubectl("get", "tp", self.name, "-o", "json"))
        return found

    def status(self) -> Body:
        return dict(self.read().get("status") or {})

    def condition(self, kind: str) -> str:
        found = self.status().get("conditions") or ()
        return next((str(item["status"]) for item in found if item["type"] == kind), "")

    def ready(self, seconds: float = SECONDS_MAX) -> float:
        """Waits until the spec that stands now is what runs; how long that took."""

        def now() -> bool:
            found = self.read()
            status = found.get("status") or {}
            by_type = {item["type"]: item["status"] for item in status.get("conditions") or ()}
            current = status.get("observedGeneration") == found["metadata"]["generation"]
            return current and (by_type.get("Ready"), by_type.get("Progressing")) == ("True", "False")

        return self.until("it is ready", now, seconds)

    def until(self, what: str, holds: Callable[[], bool], seconds: float = SECONDS_MAX) -> float:
        return until(f"{self.name}: {what}", holds, seconds, told=self.story)

    def story(self) -> str:
        """What a failed test has to tell."""
        events = self.kubectl("get", "events", "--sort-by=.lastTimestamp", check=False).splitlines()[-25:]
        pods = self.kubectl("get", "pods", "-o", "wide", check=False)
        return "\n".join([self.cift("status", self.name, check=False), pods, *events])

    def found(self, kinds: str = CHILDREN) -> list[Body]:
        items: list[Body] = json.loads(self.kubectl("get", kinds, "-o", "json"))["items"]
        return [one for one in items if f"-{self.name}-" in f"-{one['metadata']['name']}"]

    def children(self) -> dict[tuple[str, str], Body]:
        """The platform's own objects, (kind, name) → object; what controllers made of them is left out."""
        label = f"app.kubernetes.io/instance={self.name}"
        items = json.loads(self.kubectl("get", CHILDREN, "-o", "json", "-l", label))["items"]
        return {
            (item["kind"], item["metadata"]["name"]): item
            for item in items
            if item["kind"] not in ("Pod", "PersistentVolumeClaim")
            and all(owner["kind"] == "TradingPlatform" for owner in item["metadata"].get("ownerReferences", []))
        }

    def pods(self) -> dict[str, str]:
        """name → uid; those of jobs that have ended are left out."""
        ended = ("Succeeded", "Failed")
        alive = [pod for pod in self.found("pod") if pod["status"]["phase"] not in ended]
        return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in alive}

    def sql(self, query: str) -> str:
        """One answer of its PostgreSQL."""
        encoded = self.kubectl("get", "secret", f"{self.name}-postgres", "-o", "jsonpath={.data.password}")
        password = base64.b64decode(encoded).decode()
        script = 'PGPASSWORD="$1" exec psql -h 127.0.0.1 -U cift -d cift -Atqc "$2"'
        pod = f"{self.name}-postgres-0"
        return self.kubectl("exec", pod, "-c", "postgres", "--", "sh", "-c", script, "sh", password, query).strip()
