"""Alertmanager: groups alerts, silences them, and sends them on."""

from cift_operator.api import TradingPlatform
from cift_operator.components.model import Component, ConfigFile, Port, Probe, Stage, Volume
from cift_operator.components.values import File, Folder, Listen, Part, Secret, Text, Value, text

_ROUTE = """\
route:
  receiver: %s
  group_by: [platform, alertname]
  group_wait: 10s
  group_interval: 1m
  repeat_interval: 4h
  routes:
  - {matchers: ['severity = "page"'], receiver: %s, group_wait: 0s, repeat_interval: 30m}
inhibit_rules:
# Who is away cannot answer: what follows from it is not told as well.
- {source_matchers: ['alertname = "TargetDown"'], target_matchers: ['severity = "ticket"'], equal: [platform, job]}
receivers:
- name: nobody
"""


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec.observability.alertmanager
    return Component(
        name="alertmanager",
        stage=Stage.EDGE,
        image="prom/alertmanager:v0.28.1",
        command=("alertmanager",),
        args=(
            text("--config.file=", File("alertmanager.yml")),
            text("--storage.path=", Folder("data")),
            text("--web.listen-address=", Listen("http")),
            # One alone: it needs no gossip with others.
            "--cluster.listen-address=",
        ),
        files=(ConfigFile("alertmanager.yml", configuration(platform)),),
        ports=(Port("http", 9093, scheme="http", metrics="/metrics"),),
        readiness=Probe("http", "http", "/-/ready"),
        volumes=(Volume("data", "/alertmanager", size=spec.storage.size, class_name=spec.storage.class_name),),
        resources=spec.resources,
        pod=spec.pod,
        external_egress=_webhook(platform),
    )


def _webhook(platform: TradingPlatform) -> tuple[Value, ...]:
    webhook = platform.spec.observability.alertmanager.webhook_from
    return () if webhook is None else (Secret(webhook.name, webhook.key),)


def configuration(platform: TradingPlatform) -> Text:
    webhook = platform.spec.observability.alertmanager.webhook_from
    receiver = "nobody" if webhook is None else "webhook"
    parts: list[Part] = [_ROUTE % (receiver, receiver)]
    if webhook is not None:
        url = Secret(webhook.name, webhook.key)
        parts += ["- name: webhook\n  webhook_configs:\n  - {send_resolved: true, url: '", url, "'}\n"]
    return Text(tuple(parts))
