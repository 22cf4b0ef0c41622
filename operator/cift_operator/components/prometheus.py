"""Prometheus: scrapes whatever has a port with metrics, and judges the rules of `cift_operator.observability`."""

from collections.abc import Iterable, Iterator

from cift_operator import observability
from cift_operator.api import TradingPlatform
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, Port, Probe, Stage, Volume
from cift_operator.components.values import Address, File, Folder, Listen, Part, Text, text

RULES = "rules.yml"


def component(platform: TradingPlatform, others: Iterable[Component]) -> Component:
    """`others` are all other components: what they say of their ports is what is scraped."""
    spec = platform.spec.observability.prometheus
    return Component(
        name="prometheus",
        stage=Stage.EDGE,
        image="prom/prometheus:v3.7.3",
        command=("prometheus",),
        args=(
            text("--config.file=", File("prometheus.yml")),
            text("--web.listen-address=", Listen("http")),
            text("--storage.tsdb.path=", Folder("data")),
            f"--storage.tsdb.retention.time={spec.retention}",
            # A latency has an example with its trace.
            "--enable-feature=exemplar-storage",
        ),
        files=(
            ConfigFile("prometheus.yml", configuration(platform, others)),
            ConfigFile(RULES, observability.rules_file()),
        ),
        ports=(Port("http", 9090, scheme="http", metrics="/metrics"),),
        readiness=Probe("http", "http", "/-/ready"),
        volumes=(Volume("data", "/prometheus", size=spec.storage.size, class_name=spec.storage.class_name),),
        resources=spec.resources,
        needs=resources("50m", "256Mi", "1Gi"),
        pod=spec.pod,
        # An alert that finds nobody is told again only a minute later.
        depends_on=("alertmanager",),
        stop_seconds=30,
    )


def configuration(platform: TradingPlatform, others: Iterable[Component]) -> Text:
    """prometheus.yml: one job a component."""
    spec = platform.spec.observability
    parts: list[Part] = [
        f"global:\n  scrape_interval: {spec.prometheus.scrape_seconds}s\n"
        f"  evaluation_interval: {spec.prometheus.scrape_seconds}s\n"
        f"  external_labels: {{platform: {platform.metadata.name}}}\n"
        "storage:\n  exemplars: {max_exemplars: 20000}\n"
        "rule_files:\n- '",
        File(RULES),
        "'\n",
    ]
    if spec.alertmanager.enabled:
        target = Address("alertmanager", "http")
        parts += ["alerting:\n  alertmanagers:\n  - static_configs:\n    - targets: ['", target, "']\n"]
    parts.append("scrape_configs:\n")
    for other in others:
        parts += _jobs(other)
    parts += ["- job_name: prometheus\n  static_configs:\n  - targets: ['", Listen("http"), "']\n"]
    return Text(tuple(parts))


def _jobs(component: Component) -> Iterator[Part]:
    for port in component.ports:
        if port.metrics:
            yield f"- job_name: {component.name}\n  metrics_path: {port.metrics}\n  static_configs:\n  - targets: ['"
            yield Address(component.name, port.name)
            yield "']\n"
