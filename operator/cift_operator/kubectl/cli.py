"""The commands."""

import os
import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from cift_operator import VERSION
from cift_operator.cluster.kinds import PLATFORM, kind_of
from cift_operator.cluster.secrets import SIGNING, holder
from cift_operator.kubectl import difference, report, show
from cift_operator.kubectl.cluster import Body, Here, forwarded, run
from cift_operator.local.demo.client import Client
from cift_operator.local.problem import Problem
from cift_operator.plan import HALT_REASON, ROTATE
from cift_operator.plan.conditions import find
from cift_operator.plan.observed import COMPONENT_LABEL, PLATFORM_LABEL
from cift_operator.plan.upgrade import FORCE

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Look at and operate platforms."
)
out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False)

Name = Annotated[str, typer.Argument(help="The platform.")]
Namespace = Annotated[str, typer.Option("-n", "--namespace", help="Without it kubectl's current one.")]


@app.command()
def status(name: Name = "demo", namespace: Namespace = "") -> None:
    """A tree of all that it consists of, and what is wrong; ends with 0 when it is ready."""
    found = _do(namespace, name, Here.platform)
    out.print(show.tree(found, datetime.now(UTC)))
    raise typer.Exit(0 if find(found.get("status") or {}, "Ready").get("status") == "True" else 1)


@app.command()
def logs(
    component: Annotated[str, typer.Argument(help="As `kubectl cift status` names it.")],
    name: Annotated[str, typer.Option("--platform", "-p")] = "demo",
    namespace: Namespace = "",
    follow: Annotated[bool, typer.Option("-f", "--follow")] = False,
    previous: Annotated[bool, typer.Option("--previous", help="Of the container before the last restart.")] = False,
    lines: Annotated[int, typer.Option("--tail", min=1)] = 100,
) -> None:
    """The log of a component, of all its pods."""
    # A sidecar runs in another component's pod, as a container of its own name.
    sidecar = {"matcher": "execution"}.get(component, component)
    selector = f"app.kubernetes.io/instance={name},app.kubernetes.io/component={sidecar}"
    command = ["kubectl", "logs", "-l", selector, "-c", component, "--prefix", f"--tail={lines}"]
    command += [*(["-n", namespace] if namespace else []), *(["-f"] if follow else [])]
    command += ["--previous"] if previous else []
    os.execvp("kubectl", command)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def user(
    context: typer.Context,
    name: Annotated[str, typer.Option("--platform", "-p", help="The platform.")] = "demo",
    namespace: Namespace = "",
) -> None:
    """Manage users: list, create, invite, verify, reset, roles, log-out, disable or enable, with --help for each.

    It needs no admin of the platform: it runs a command in a gateway's pod, with your right to do that.
    """
    command = ["kubectl", "exec", f"deployment/{name}-gateway", "-c", "gateway"]
    command += ["-n", namespace] if namespace else []
    os.execvp("kubectl", [*command, "--", "python", "-m", "cift_gateway", "user", *context.args])


@app.command()
def order(
    side: Annotated[str, typer.Argument(help="buy or sell")],
    symbol: str,
    quantity: str,
    name: Annotated[str, typer.Option("--platform", "-p")] = "demo",
    namespace: Namespace = "",
    limit: Annotated[str, typer.Option(help="The limit price; without it a market order.")] = "",
) -> None:
    """Send an order as the demo user and wait for its end; ends with 0 when it is filled."""
    if side not in ("buy", "sell"):
        _refuse(f"{side}: must be buy or sell")

    async def user(here: Here) -> tuple[str, Body | None]:
        await here.platform()
        return here.namespace, await here.api.get(kind_of("v1", "Secret"), here.namespace, f"{name}-demo-user")

    where, secret = _do(namespace, name, user)
    if secret is None:
        _refuse(f"{name} has no demo user: it has the profile production", "send orders with keys of your own")
    wish = {"symbol": symbol.upper(), "qty": quantity, "side": side, "type": "market", "time_in_force": "day"}
    if limit:
        wish |= {"type": "limit", "limit_price": limit}
    try:
        with forwarded(where, f"{name}-gateway", 8000) as address, Client(_credentials(secret, address)) as client:
            placed = client.place(wish)
    except Problem as problem:
        _refuse(str(problem))
    ended, update = placed.last
    found = update["order"]
    took = Decimal(ended - placed.sent_ns) / 1_000_000
    price = f" @ {found['filled_avg_price']}" if found.get("filled_avg_price") else ""
    out.print(f"{update['event']} {found['filled_qty']} {symbol.upper()}{price} in {took:.1f} ms · order {found['id']}")
    raise typer.Exit(0 if update["event"] == "fill" else 1)


@app.command()
def halt(
    name: Name = "demo",
    reason: Annotated[str, typer.Option(help="Said to everybody whose order is refused.")] = "",
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel open orders, too.")] = False,
    namespace: Namespace = "",
) -> None:
    """Refuse every new order."""
    spec: Body = {"trading": {"halted": True, **({"haltPolicy": "cancelOrders"} if cancel else {})}}
    _halted(name, namespace, spec, reason, True)


@app.command()
def resume(name: Name = "demo", namespace: Namespace = "") -> None:
    """Take orders again."""
    _halted(name, namespace, {"trading": {"halted": False, "haltPolicy": "keepOrders"}}, "", False)


@app.command()
def hibernate(name: Name = "demo", namespace: Namespace = "") -> None:
    """Stop everything; volumes and secrets stay."""
    _change(namespace, name, spec={"hibernated": True})
    _wait(namespace, name, "asleep", lambda found: found.get("phase") == "Hibernated", 300)


@app.command()
def wake(name: Name = "demo", namespace: Namespace = "") -> None:
    """Start everything again."""
    _change(namespace, name, spec={"hibernated": False})
    _wait(namespace, name, "ready", _is_ready, 300)


@app.command()
def rotate(name: Name = "demo", namespace: Namespace = "") -> None:
    """Make passwords, keys and certificates anew; what uses them starts again. The audit trail's key stays."""
    token = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    _change(namespace, name, annotations={ROTATE: token})
    _wait(namespace, name, "ready with new secrets", lambda found: found.get("rotated") == token, 300)


@app.command()
def upgrade(
    name: Name,
    version: Annotated[str, typer.Argument(help="Of the services.")],
    force: Annotated[bool, typer.Option("--force", help="Do not wait for the maintenance window.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and tell.")] = False,
    namespace: Namespace = "",
) -> None:
    """Bring another version: halt, drain, roll, resume; and back where it does not become ready."""
    _change(namespace, name, spec={"version": version}, annotations={FORCE: version if force else None})
    if not watch:
        out.print(f"{name} is to run {version}; kubectl cift status {name}")
        return
    said = [""]

    def seen(found: Body) -> bool:
        line = show.upgrade_line(found["upgrade"]) if found.get("upgrade") else ""
        if line and line != said[0]:
            said[0] = line
            out.print(f"  {line}", soft_wrap=True)
        over = found.get("upgrade", {}).get("phase") == "RolledBack"
        return over or (found.get("version") == version and "upgrade" not in found)

    begun = time.monotonic()
    done = _wait(namespace, name, "upgraded", seen, 86_400)
    if (done.get("status") or {}).get("version") != version:
        _refuse(f"{name} went back: {done['status']['upgrade'].get('message', '')}")
    out.print(f"{name} runs {version}, after {time.monotonic() - begun:.0f} s")


@app.command(name="report")
def make_report(
    name: Name = "demo", namespace: Namespace = "", file: Annotated[Path | None, typer.Option("-o")] = None
) -> None:
    """Write a support bundle: objects, events and logs, without secrets."""
    files = _do(namespace, name, report.collect)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = file or Path(f"cift-report-{name}-{stamp}.tar.gz")
    path.write_bytes(report.pack(files, f"{name}-{stamp}"))
    out.print(f"{path}: {len(files)} files", soft_wrap=True)


@app.command()
def diff(name: Name = "demo", namespace: Namespace = "") -> None:
    """What differs between the cluster and what the declaration becomes with this version; ends with 1 where
    something does."""
    lines = _do(namespace, name, difference.difference)
    for line in lines:
        out.print(line, soft_wrap=True, markup=False)
    raise typer.Exit(1 if lines else 0)


@app.command()
def render(name: Name = "demo", namespace: Namespace = "") -> None:
    """What the platform becomes in this cluster, as YAML; secrets are left out."""
    typer.echo(_do(namespace, name, difference.rendered), nl=False)


@app.command()
def backup(name: Name = "demo", namespace: Namespace = "") -> None:
    """Make a backup of PostgreSQL now, beside those that are made on schedule."""

    async def begin(here: Here) -> str:
        scheduled = await here.api.get(kind_of("batch/v1", "CronJob"), here.namespace, f"{name}-backup")
        if scheduled is None:
            raise Problem(f"{name} has no backups", "set spec.backup.destination")
        job = f"{name}-backup-{secrets.token_hex(4)}"
        template = scheduled["spec"]["jobTemplate"]
        owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": scheduled["metadata"]["name"]}
        body = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": job,
                "namespace": here.namespace,
                "annotations": {"cronjob.kubernetes.io/instantiate": "manual"},
                "ownerReferences": [owner | {"uid": scheduled["metadata"]["uid"]}],
            },
            "spec": template["spec"],
        }
        await here.api.create(body)
        return job

    job = _do(namespace, name, begin)
    out.print(f"job {job} has begun; kubectl wait --for=condition=Complete job/{job}", soft_wrap=True)


@app.command()
def restore(
    name: Annotated[str, typer.Argument(help="The new platform.")],
    source: Annotated[str, typer.Option("--from", help="The platform whose backups are taken.")] = "demo",
    backup_name: Annotated[str, typer.Option("--backup", help="As its job printed it.")] = "latest",
    namespace: Namespace = "",
) -> None:
    """Begin a new platform from another one's backup; the other one is not touched."""

    async def make(here: Here) -> None:
        found = await Here(here.api, here.namespace, source).platform()
        destination = (found["spec"].get("backup") or {}).get("destination")
        if destination is None:
            raise Problem(f"{source} has no backups", "set spec.backup.destination")
        start = {"s3": destination["s3"]} if "s3" in destination else {"volumeClaim": await _claim(here, source)}
        spec = {key: value for key, value in found["spec"].items() if key not in ("bootstrap", "backup")}
        spec["bootstrap"] = {"fromBackup": {"name": backup_name, **start}}
        # The one that runs, which is not the one asked for where that did not become ready.
        spec["version"] = (found.get("status") or {}).get("version") or spec["version"]
        await _bring_keys(here, source)
        metadata = {"name": name, "namespace": here.namespace}
        await here.api.create(
            {"apiVersion": PLATFORM.api_version, "kind": PLATFORM.kind, "metadata": metadata, "spec": spec}
        )

    _do(namespace, name, make)
    out.print(f"{name} begins from backup {backup_name} of {source}; kubectl cift status {name}")


async def _claim(here: Here, source: str) -> str:
    """The volume that a platform's backups go to, by what its job mounts."""
    kind = kind_of("batch/v1", "CronJob")
    labels = f"{PLATFORM_LABEL}={source},{COMPONENT_LABEL}=backup"
    for job in await here.api.list(kind, here.namespace, labels):
        for volume in job["spec"]["jobTemplate"]["spec"]["template"]["spec"].get("volumes") or ():
            if claim := volume.get("persistentVolumeClaim"):
                return str(claim["claimName"])
    raise Problem(f"{source} has no job that backs up to a volume", f"kubectl cift status {source} says why")


async def _bring_keys(here: Here, source: str) -> None:
    """What the restored audit trail and orders are signed with, where the operator looks for what it has generated."""
    kind = kind_of("v1", "Secret")
    held = (await here.api.get(kind, here.namespace, holder(source)) or {}).get("data") or {}
    keys = {key: held[key] for key in (f"{name}.{key}" for name, key in SIGNING) if key in held}
    if not keys or await here.api.get(kind, here.namespace, holder(here.name)) is not None:
        return
    metadata = {"name": holder(here.name), "namespace": here.namespace}
    await here.api.create({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": keys})


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"kubectl-cift {VERSION}")


def _credentials(secret: Body, address: str) -> Body:
    from base64 import b64decode

    data = {key: b64decode(text).decode() for key, text in secret["data"].items()}
    return {
        "base_url": f"http://{address}",
        "api_key_id": data["api-key-id"],
        "api_secret_key": data["api-secret-key"],
    }


def _halted(name: str, namespace: str, spec: Body, reason: str, halted: bool) -> None:
    begun = time.monotonic()
    _change(namespace, name, spec=spec, annotations={HALT_REASON: reason or None})
    wanted = "True" if halted else "False"
    word = "halted" if halted else "open"
    _wait(namespace, name, word, lambda found: find(found, "TradingHalted").get("status") == wanted, 60, quiet=True)
    out.print(f"trading of {name} is {word}, after {time.monotonic() - begun:.1f} s")


def _is_ready(found: Body) -> bool:
    return find(found, "Ready").get("status") == "True" and find(found, "Progressing").get("status") == "False"


def _change(
    namespace: str, name: str, *, spec: Body | None = None, annotations: dict[str, str | None] | None = None
) -> None:
    _do(namespace, name, lambda here: here.change(spec=spec, annotations=annotations))


def _wait(
    namespace: str, name: str, what: str, seen: Callable[[Body], bool], seconds: float, *, quiet: bool = False
) -> Body:
    begun = time.monotonic()

    def over(status: Body) -> bool:
        refused = find(status, "SpecValid")
        if refused.get("status") == "False" and not quiet:
            raise Problem(f"the spec of {name} is refused: {refused['message']}")
        return seen(status)

    try:
        found: Body = _do(namespace, name, lambda here: here.follow(over, seconds))
    except TimeoutError:
        _refuse(f"{name} is not {what} after {seconds:.0f} s; kubectl cift status {name}")
    if not quiet:
        out.print(f"{name} is {what}, after {time.monotonic() - begun:.0f} s")
    return found


def _do(namespace: str, name: str, work: Callable[[Here], Any]) -> Any:
    try:
        return run(namespace, name, work)
    except Problem as problem:
        _refuse(str(problem))


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        err.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(1)
