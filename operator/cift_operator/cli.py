"""`cift …`: the command people type."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from cift_operator import VERSION
from cift_operator.api import InvalidPlatform, TradingPlatform, default_platform, parse, validate
from cift_operator.components import components
from cift_operator.local import Platform, Problem, Problems, StartFailed, foreground, logs, traces
from cift_operator.local.preview import preview
from cift_operator.local.show import Progress, status_table
from cift_operator.render import tables, text
from cift_operator.render.kubernetes import MissingFact

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(audit, name="audit")

# Tables are as wide as they need to be where no terminal limits them.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False)

StateFolder = Annotated[Path, typer.Option("--state", envvar="CIFT_STATE", help="The platform's folder.")]
DeclarationFile = Annotated[
    Path | None, typer.Option("-f", "--file", help="The TradingPlatform; without it the default one, `local`.")
]
DEFAULT_STATE = Path(".cift")


@app.callback()
def main() -> None:
    """Run, look at and operate CIFT platforms."""


@app.command()
def up(
    file: DeclarationFile = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when it is ready.")] = False,
    port_offset: Annotated[str, typer.Option(help="Added to every port; auto takes free ones.")] = "0",
    state: StateFolder = DEFAULT_STATE,
    feed: Annotated[str, typer.Option(help="simulated, or replay:PATH (LEAN ticks).")] = "",
    speed: Annotated[str, typer.Option(help="Of a replay: 10 is ten times as fast as it happened.")] = "",
    observability: Annotated[
        bool, typer.Option("--observability", help="Prometheus, Alertmanager and Jaeger beside it.")
    ] = False,
    analytics: Annotated[
        bool, typer.Option("--analytics", help="Analytics and ClickHouse's engine beside it.")
    ] = False,
    research: Annotated[bool, typer.Option("--research", help="Forecasts and MLflow beside it.")] = False,
    watch: Annotated[bool, typer.Option(help="Start a service again when its sources change.")] = True,
) -> None:
    """Start the platform on this machine and stay until Ctrl-C."""
    declaration = _with_feed(_declaration(file), feed, speed)
    if observability:
        declaration = _with_observability(declaration)
    if analytics:
        declaration = _with_part(declaration, "analytics")
    if research:
        declaration = _with_part(declaration, "forecast")
    platform = Platform(state, declaration, port_offset=_offset(port_offset))
    out.print(f'cift {VERSION} · platform "{declaration.metadata.name}" · state in {_shown(state)}/', soft_wrap=True)
    first = not platform.state.credentials.exists()
    ran = platform.supervisor.alive
    begun = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    progress = Progress(out)
    try:
        started = platform.up(show=progress.steps, progress=progress.doing)
    except (Problem, Problems) as problem:
        progress.close()
        _refuse("Nothing was started:", str(problem))
    except StartFailed as failure:
        progress.close()
        err.print("\n".join(f"  │ {line}" for line in failure.log), style="dim", markup=False, soft_wrap=True)
        _refuse(f"{failure.name} {failure.reason}.", f"The whole log: {platform.state.log(failure.name)}")
    except KeyboardInterrupt:
        progress.close()
        _refuse("Interrupted; what was started is stopped again.")
    finally:
        progress.close()
    if ran and not any(step.fresh for step in started):
        out.print("Already running; `cift down` stops it.")
    else:
        out.print(f"Platform ready in {time.monotonic() - begun:.0f} s.")
    _tell_ways_in(platform, state, first)
    if not detach and not ran:
        foreground.stay(platform, out.print, watch=watch)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False, state: StateFolder = DEFAULT_STATE
) -> None:
    """Say what every component is doing; ends with 0 when all are ready."""
    platform = Platform(state)
    found = platform.status()
    ready = bool(found) and all(component.ready for component in found)
    if as_json:
        name = platform.declaration.metadata.name
        components = [component.as_json() for component in found]
        typer.echo(json.dumps({"name": name, "ready": ready, "components": components}, indent=2))
    elif not found:
        out.print(f"Nothing was ever started in {_shown(state)}/; `cift up` starts it.")
    else:
        out.print(status_table(found))
        for component in found:
            if component.detail:
                out.print(f"{component.name}: {component.detail}", style="yellow", soft_wrap=True)
    raise typer.Exit(0 if ready else 1)


@app.command(name="logs")
def show_logs(
    name: Annotated[str, typer.Argument(help="A component, as `cift status` names it.")],
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Stay, and print what is added.")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, help="How many of the last lines.")] = 100,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Print the log of a component."""
    platform = Platform(state)
    path = platform.state.log(name)
    if not path.is_file():
        known = ", ".join(sorted(log.stem for log in platform.state.logs.glob("*.log"))) or "none yet"
        _refuse(f"There is no log of {name}; there are: {known}")
    try:
        last, offset = logs.last_lines(path, lines)
        for line in last:
            print(line, flush=follow)
        if follow:
            for line in logs.follow(path, offset):
                print(line, flush=True)
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        # `cift logs NAME | head`: nobody reads any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
def down(
    purge: Annotated[bool, typer.Option("--purge", help="Remove its data, secrets and logs as well.")] = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Stop the platform."""
    platform = Platform(state)
    stopped: list[str] = []
    try:
        platform.down(purge=purge, show=stopped.append)
    except Problem as problem:
        _refuse(str(problem))
    said = f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running."
    out.print(said + (" Its data is removed." if purge else ""), soft_wrap=True)


@app.command()
def env(name: str, state: StateFolder = DEFAULT_STATE) -> None:
    """Print the environment of a component as JSON; it holds secrets."""
    typer.echo(json.dumps(_environment(Platform(state), name), indent=2))


@app.command()
def render(
    kind: Annotated[
        str, typer.Argument(help="local, kubernetes, compose, environment (of compose), images or crd")
    ] = "local",
    file: DeclarationFile = None,
    port_offset: int = 0,
    state: StateFolder = DEFAULT_STATE,
    namespace: Annotated[str, typer.Option("-n", "--namespace", help="Of the manifests.")] = "default",
    new_secrets: Annotated[bool, typer.Option(help="Make random secrets instead of naming them.")] = False,
) -> None:
    """Print what a declaration becomes; secrets are left out."""
    match kind:
        case "local":
            document = preview(_declaration(file), state.absolute(), port_offset)
            typer.echo(text.to_yaml(document), nl=False)
        case "kubernetes":
            try:
                typer.echo(text.kubernetes_text(_declaration(file), namespace, new_secrets=new_secrets), nl=False)
            except MissingFact as missing:
                _refuse(f"This cannot be rendered without a cluster: {missing}")
        case "compose":
            typer.echo(text.compose_text(_declaration(file)), nl=False)
        case "environment":
            typer.echo(text.environment_text(_declaration(file)), nl=False)
        case "images":
            typer.echo("\n".join(tables.images(components(_declaration(file)))))
        case "crd":
            typer.echo(text.crd_text(), nl=False)
        case _:
            known = "local, kubernetes, compose, environment, images, crd"
            _refuse(f"There is no rendering called {kind}; there are: {known}")


@app.command()
def demo(state: StateFolder = DEFAULT_STATE) -> None:
    """Buy 10 AAPL and print the 14 steps of that very order, with their times."""
    from cift_operator.local.demo.run import run

    try:
        complete = run(Platform(state), out)
    except Problem as problem:
        _refuse(str(problem))
    raise typer.Exit(0 if complete else 1)


@app.command()
def trace(
    order_id: Annotated[str, typer.Argument(help="An order's id, or its beginning.")],
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Print the trace of an order: every step of every service from its start on, and what risk, database and execution
    took of it."""
    try:
        found = Platform(state).traces.of_order(order_id)
    except Problem as problem:
        _refuse(str(problem))
    if not found:
        _refuse(f"There is no trace of an order {order_id}.", "Traced is what is asked for, and a share of the rest.")
    for depth, span in traces.tree(found):
        offset, took = traces.brief(span.start_ns - found[0].start_ns), traces.brief(span.duration_ns)
        out.print(f"{offset:>10} {took:>10}  {'  ' * depth}{span.service}: {span.name}", soft_wrap=True)
    out.print(" · ".join(f"{part} {traces.brief(taken)}" for part, taken in traces.parts(found).items()))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def models(context: typer.Context, state: StateFolder = DEFAULT_STATE) -> None:
    """Train, compare, promote and roll back forecasts: train|compare|promote|rollback --symbols BAC."""
    platform = Platform(state)
    if not {"forecast", "mlflow"} & set(platform.names):
        _refuse(f"{_shown(state)}/ has no MLflow; `cift up --research` runs one.")
    environment = _environment(platform, "forecast")
    done = subprocess.run([sys.executable, "-m", "cift_forecast.lab", *context.args], env={**os.environ, **environment})
    raise typer.Exit(done.returncode)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def user(context: typer.Context, state: StateFolder = DEFAULT_STATE) -> None:
    """Manage users: list, create, invite, verify, reset, roles, log-out, disable or enable, with --help for each."""
    environment = _environment(Platform(state), "gateway")
    command = [sys.executable, "-m", "cift_gateway", "user", *context.args]
    done = subprocess.run(command, env={**os.environ, **environment})
    raise typer.Exit(done.returncode)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"cift {VERSION}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def quarantine(context: typer.Context, state: StateFolder = DEFAULT_STATE) -> None:
    """List and resolve execution reports that were not booked: list [--all] | book <id> --actor <name> |
    discard <id> --actor <name>."""
    environment = _environment(Platform(state), "trading")
    command = [sys.executable, "-m", "cift_trading", "quarantine", *context.args]
    done = subprocess.run(command, env={**os.environ, **environment})
    raise typer.Exit(done.returncode)


@audit.command()
def verify(state: StateFolder = DEFAULT_STATE) -> None:
    """Prove that nobody changed, removed, swapped or cut off entries; ends with 0 when the trail is whole."""
    environment = _environment(Platform(state), "trading")
    done = subprocess.run([sys.executable, "-m", "cift_trading", "verify-audit"], env={**os.environ, **environment})
    raise typer.Exit(done.returncode)


def _declaration(file: Path | None) -> TradingPlatform:
    if file is None:
        return default_platform()
    try:
        return parse(file.read_text())
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        _refuse(f"{file}: is not text in UTF-8")
    except InvalidPlatform as invalid:
        _refuse(f"{file} is not a platform that can be started:", *invalid.problems)


def _offset(text: str) -> int | None:
    if text == "auto":
        return None
    # 50061 is the highest of the usual ports.
    if not text.isdigit() or int(text) > 65_535 - 50_061:
        _refuse(f"--port-offset {text}: must be auto, or a number from 0 to {65_535 - 50_061}")
    return int(text)


def _with_feed(declaration: TradingPlatform, feed: str, speed: str) -> TradingPlatform:
    if not feed and not speed:
        return declaration
    document = declaration.model_dump(mode="json", by_alias=True, exclude_none=True)
    feeds = document["spec"]["feeds"]
    if feed == "simulated":
        document["spec"]["feeds"] = feeds = {"simulated": feeds.get("simulated", {})}
    elif feed.startswith("replay:"):
        path = Path(feed.removeprefix("replay:")).absolute()
        document["spec"]["feeds"] = feeds = {"replay": {"path": str(path)}}
    elif feed:
        _refuse(f"--feed {feed}: must be simulated or replay:PATH")
    if speed:
        if "replay" not in feeds:
            _refuse("--speed: only a replay has a speed; say --feed replay:PATH")
        feeds["replay"]["speed"] = speed
    try:
        return validate(document)
    except InvalidPlatform as invalid:
        _refuse("", *invalid.problems)


def _with_observability(declaration: TradingPlatform) -> TradingPlatform:
    document = declaration.model_dump(mode="json", by_alias=True, exclude_none=True)
    observed = document["spec"]["observability"]
    for tool in ("prometheus", "alertmanager", "jaeger"):
        observed[tool]["enabled"] = True
    return validate(document)


def _with_part(declaration: TradingPlatform, name: str) -> TradingPlatform:
    document = declaration.model_dump(mode="json", by_alias=True, exclude_none=True)
    document["spec"][name]["enabled"] = True
    return validate(document)


def _environment(platform: Platform, name: str) -> dict[str, str]:
    try:
        return dict(platform.process(name).env)
    except KeyError:
        _refuse(f"There is no component {name}; there are: {', '.join(platform.names) or 'none, nothing was started'}")


def _tell_ways_in(platform: Platform, state: Path, first: bool) -> None:
    if "gateway" not in platform.names:
        return
    address = platform.process("gateway").address
    credentials = platform.state.credentials
    out.print()
    for name in ("prometheus", "alertmanager", "jaeger", "grafana", "mlflow"):
        if name in platform.names:
            out.print(f"  {name.title():<12} {platform.process(name).address}", soft_wrap=True)
    if platform.has_terminal:
        out.print(f"  Terminal   {address}", soft_wrap=True)
    out.print(f"  API        {address}/docs", soft_wrap=True)
    if credentials.exists():
        user = json.loads(credentials.read_text())
        shown = f"{_shown(state)}/{credentials.name}"
        if first:
            out.print(f"  User       {user['email']}   password {user['password']}", soft_wrap=True)
            out.print(f"  Keys       {user['api_key_id']}   secret {user['api_secret_key']}", soft_wrap=True)
            out.print(f"             also in {shown}", soft_wrap=True)
        else:
            out.print(f"  User       {user['email']}   password and keys in {shown}", soft_wrap=True)
    out.print("  Next       cift demo · cift status · cift logs gateway · cift down")


def _shown(path: Path) -> str:
    return str(path).rstrip("/")


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        if line:
            err.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
