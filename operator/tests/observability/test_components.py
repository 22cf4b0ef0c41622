"""The observers' configuration is what their own programs take, and follows from the components."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from cift_operator import observability
from cift_operator.api import TradingPlatform, default_platform, validate
from cift_operator.cli import _with_observability
from cift_operator.components import components, on_one_machine
from cift_operator.components.model import Component
from cift_operator.components.values import Secret
from cift_operator.local import go_programs
from cift_operator.local.ports import shifted
from cift_operator.render.local import LocalFacts, Process, processes

TOOLS = ("prometheus", "alertmanager", "jaeger", "grafana")


def platform(*tools: str, **settings: object) -> TradingPlatform:
    document = default_platform().model_dump(mode="json", by_alias=True, exclude_none=True)
    for tool in tools:
        document["spec"]["observability"][tool] |= {"enabled": True, **settings}
    return validate(document)


def rendered(declared: TradingPlatform, state: Path) -> dict[str, Process]:
    found = components(on_one_machine(declared))
    secrets = {
        (part.name, part.key): "secret"
        for component in found
        for part in component.values()
        if isinstance(part, Secret)
    }
    facts = LocalFacts(
        state=state,
        sockets=state,
        ports=shifted(found, 0),
        programs={name: (name,) for name in {component.command[0] for component in found} | {"pg_isready"}},
        secrets=secrets,
        site={"trace-export": "none", "credentials-file": "", "web-dir": "", "spool-dir": "", "gateway-hosts": ""},
    )
    return {process.name: process for process in processes(found, facts)}


def written(process: Process) -> dict[str, Path]:
    """The config files, as `cift up` writes them."""
    for path, content in process.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return {path.name: path for path in process.files}


def test_nothing_of_it_runs_unless_it_is_asked_for() -> None:
    assert not {component.name for component in components(default_platform())} & {*TOOLS, "exporter"}


def test_whatever_has_metrics_is_scraped(tmp_path: Path) -> None:
    declared = platform(*TOOLS)
    config = yaml.safe_load(written(rendered(declared, tmp_path)["prometheus"])["prometheus.yml"].read_text())
    scraped = {job["job_name"]: job["static_configs"][0]["targets"][0] for job in config["scrape_configs"]}

    def port(component: Component) -> list[int]:
        return [port.number for port in component.ports if port.metrics]

    assert scraped == {part.name: f"127.0.0.1:{port(part)[0]}" for part in components(declared) if port(part)}
    assert {"gateway", "trading", "matcher", "questdb", "exporter", "jaeger"} <= scraped.keys()


def test_services_send_their_traces_to_jaeger(tmp_path: Path) -> None:
    without, with_jaeger = rendered(default_platform(), tmp_path), rendered(platform("jaeger"), tmp_path)
    assert without["trading"].env["CIFT_TRACE_EXPORT"] == "none"
    assert with_jaeger["trading"].env["CIFT_TRACE_EXPORT"] == "otlp:http://127.0.0.1:4317"
    assert with_jaeger["trading"].env["CIFT_TRACE_SLOW_SECONDS"] == "0.05"


def test_grafana_is_provisioned_whole(tmp_path: Path) -> None:
    files = written(rendered(platform(*TOOLS), tmp_path)["grafana"])
    sources = yaml.safe_load(files["datasources.yaml"].read_text())["datasources"]
    assert {source["uid"]: source["url"] for source in sources} == {
        observability.PROMETHEUS: "http://127.0.0.1:9090",
        observability.JAEGER: "http://127.0.0.1:16686",
    }
    assert yaml.safe_load(files["providers.yaml"].read_text())["providers"][0]["type"] == "file"
    assert {f"{name}.json" for name in observability.dashboard_files()} <= files.keys()


@pytest.mark.skipif(go_programs.find("promtool") is None, reason="promtool is missing (Debian: prometheus)")
def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    path = written(rendered(platform(*TOOLS), tmp_path)["prometheus"])["prometheus.yml"]
    checked = subprocess.run(
        [str(go_programs.find("promtool")), "check", "config", path], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is missing (Debian: prometheus-alertmanager)")
@pytest.mark.parametrize("webhook", [None, {"name": "pager", "key": "url"}])
def test_alertmanager_takes_its_configuration(tmp_path: Path, webhook: dict[str, str] | None) -> None:
    declared = platform("alertmanager", webhookFrom=webhook) if webhook else platform("alertmanager")
    path = written(rendered(declared, tmp_path)["alertmanager"])["alertmanager.yml"]
    path.write_text(path.read_text().replace("'secret'", "'http://127.0.0.1:1/'"))
    checked = subprocess.run(["amtool", "check-config", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_option_asks_for_all_that_runs_on_one_machine() -> None:
    asked = _with_observability(default_platform())
    assert {component.name for component in components(asked)} & {*TOOLS, "exporter"} == {
        "prometheus", "alertmanager", "jaeger", "exporter",
    }  # fmt: skip
