"""Grafana: shows the dashboards of `cift_operator.observability`; everything in it is provisioned."""

from cift_operator import observability
from cift_operator.api import TradingPlatform
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.values import Address, File, Folder, Host, Part, PortNumber, Secret, Text, text

PASSWORD = GeneratedSecret("grafana", "password", bytes=24)


def component(platform: TradingPlatform) -> Component:
    observed = platform.spec.observability
    spec = observed.grafana
    dashboards = observability.dashboard_files()
    files = (
        ConfigFile("datasources.yaml", datasources(jaeger=observed.jaeger.enabled)),
        ConfigFile("providers.yaml", text(_PROVIDERS, Folder("data"), "/dashboards}\n")),
        *(ConfigFile(f"{name}.json", content) for name, content in dashboards.items()),
    )
    return Component(
        name="grafana",
        stage=Stage.EDGE,
        image="grafana/grafana:12.3.0",
        command=("grafana",),
        args=("server", "--homepath=/usr/share/grafana"),
        env={
            "GF_SERVER_HTTP_ADDR": Host(),
            "GF_SERVER_HTTP_PORT": PortNumber("http"),
            "GF_PATHS_DATA": Folder("data"),
            "GF_PATHS_PROVISIONING": text(Folder("data"), "/provisioning"),
            "GF_SECURITY_ADMIN_PASSWORD": Secret(PASSWORD.name, PASSWORD.key),
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
            "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": text(Folder("data"), "/dashboards/order-flow.json"),
        },
        files=files,
        setup=_setup(list(dashboards)),
        ports=(Port("http", 3000, scheme="http", metrics="/metrics"),),
        readiness=Probe("http", "http", "/api/health", start_seconds=120),
        volumes=(Volume("data", "/var/lib/grafana", size=spec.storage.size, class_name=spec.storage.class_name),),
        secrets=(PASSWORD,),
        resources=spec.resources,
        needs=resources("50m", "128Mi", "512Mi"),
        pod=spec.pod,
        depends_on=("prometheus",),
    )


_PROVIDERS = """\
apiVersion: 1
providers:
- name: cift
  folder: CIFT Markets
  type: file
  allowUiUpdates: false
  options: {path: """


def datasources(*, jaeger: bool) -> Text:
    parts: list[Part] = [
        f"apiVersion: 1\ndatasources:\n- name: Prometheus\n  uid: {observability.PROMETHEUS}\n  type: prometheus\n"
        "  access: proxy\n  isDefault: true\n  url: http://",
        Address("prometheus", "http"),
        "\n",
    ]
    if jaeger:
        parts += [
            "  jsonData:\n    exemplarTraceIdDestinations:\n"
            f"    - {{name: trace_id, datasourceUid: {observability.JAEGER}}}\n"
            f"- name: Jaeger\n  uid: {observability.JAEGER}\n  type: jaeger\n  access: proxy\n  url: http://",
            Address("jaeger", "http"),
            "\n",
        ]
    return Text(tuple(parts))


def _setup(names: list[str]) -> Text:
    """Grafana reads folders of its own layout; a mounted file has none."""
    parts: list[Part] = ["set -e\ncd ", Folder("data"), "\nmkdir -p provisioning/datasources provisioning/dashboards"]
    parts += [" dashboards\ncp ", File("datasources.yaml"), " provisioning/datasources/\ncp "]
    parts += [File("providers.yaml"), " provisioning/dashboards/\n"]
    for name in names:
        parts += ["cp ", File(f"{name}.json"), " dashboards/\n"]
    return Text(tuple(parts))
