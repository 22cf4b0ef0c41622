"""What the manifests promise: valid for the API server, restricted, and restarted only by what a pod reads."""

import json
from typing import Any

import kubernetes_validate
import pytest
from cift_operator.api import InvalidPlatform
from cift_operator.components import components
from cift_operator.plan.refusals import absent
from cift_operator.render.kubernetes import Manifest, MissingFact, manifests

from .samples import SAMPLES, facts, rendered, restarts, sample, templates, with_spec

OLDEST, NEWEST = "1.30", "1.37"
# Other operators' kinds, which no schema of Kubernetes knows.
FOREIGN = {"Cluster", "ClickHouseInstallation", "PodMonitor"}
PLATFORMS = {name: sample(name) for name in SAMPLES} | {
    "asleep": with_spec(hibernated=True),
    "production": with_spec(profile="production"),
    "open": with_spec(security={"networkPolicies": {"enabled": False}}, deletionPolicy="delete"),
}
every = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)


def of(found: tuple[Manifest, ...], kind: str, name: str) -> dict[str, Any]:
    return next(one.body for one in found if (one.kind, one.name) == (kind, name))


@every
def test_the_api_server_would_take_it(platform: Any) -> None:
    found = rendered(platform)
    for one in found:
        if one.kind not in FOREIGN:
            kubernetes_validate.validate(one.body, NEWEST, strict=True)
    keys = [one.key for one in found]
    assert len(keys) == len(set(keys))
    assert [one.stage for one in found] == sorted(one.stage for one in found)
    assert all(len(one.name) <= 63 for one in found)
    assert found == rendered(platform)


def test_the_oldest_api_server_would_take_it() -> None:
    for one in rendered(PLATFORMS["production"]):
        kubernetes_validate.validate(one.body, OLDEST, strict=True)


@every
def test_every_pod_is_restricted(platform: Any) -> None:
    for one in rendered(platform):
        template = one.body.get("spec", {}).get("template") or one.body.get("spec", {}).get("jobTemplate", {}).get(
            "spec", {}
        ).get("template")
        if template is None:
            continue
        spec = template["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        mounted = {volume["name"] for volume in spec["volumes"]}
        mounted |= {claim["metadata"]["name"] for claim in one.body["spec"].get("volumeClaimTemplates", ())}
        for container in (*spec["containers"], *spec.get("initContainers", ())):
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]
            assert {mount["name"] for mount in container["volumeMounts"]} <= mounted


def test_limits_and_halt_restart_nobody() -> None:
    before = rendered(with_spec())
    after = rendered(with_spec(risk={"limits": {"maxOpenOrders": 7}}, trading={"halted": True}))
    assert restarts(before, after) == set()
    files = [of(found, "ConfigMap", "demo-platform")["data"]["platform.json"] for found in (before, after)]
    assert [json.loads(file)["halted"] for file in files] == [False, True]


def test_a_change_restarts_those_who_read_it() -> None:
    before = rendered(with_spec())
    readers = {f"Deployment/demo-{name}" for name in ("gateway", "risk", "marketdata")}
    readers |= {f"StatefulSet/demo-{name}" for name in ("trading", "execution")}
    assert restarts(before, rendered(with_spec(trading={"symbols": ["IBM"]}))) == readers
    assert restarts(before, rendered(with_spec(stores={"nats": {"storage": {"size": "20Gi"}}}))) == {
        "StatefulSet/demo-nats"
    }
    platform = with_spec()
    known = facts(platform).secrets
    rotated = rendered(platform, secrets={**known, ("jwt", "key"): "another"})
    assert restarts(before, rotated) == {"Deployment/demo-gateway"}
    rotated = rendered(platform, secrets={**known, ("valkey", "password"): "another"})
    assert restarts(before, rotated) == readers | {"StatefulSet/demo-valkey"}


def test_only_declared_paths_are_open() -> None:
    found = rendered(with_spec())
    into: dict[str, set[str]] = {}
    for one in found:
        if one.kind == "NetworkPolicy" and one.component:
            sources = [source for rule in one.body["spec"].get("ingress", ()) for source in rule.get("from", ())]
            into[one.component] = {
                source["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
                for source in sources
                if "podSelector" in source
            }
    # Orders come by NATS, and only signed ones count; the gateway reads the book of the venue, trading its state.
    assert into["execution"] == {"cift-operator", "gateway", "trading"}
    assert into["postgres"] == {
        "gateway", "trading", "risk", "execution",
        "migrate-gateway", "migrate-trading", "migrate-risk", "migrate-execution",
    }  # fmt: skip
    assert into["trading"] == {"gateway", "risk", "execution", "cift-operator"}
    deny = of(found, "NetworkPolicy", "demo-default-deny")["spec"]
    assert deny["policyTypes"] == ["Ingress", "Egress"]
    assert (deny["ingress"], deny["egress"]) == ([], [])
    assert not any(one.kind == "NetworkPolicy" for one in rendered(PLATFORMS["open"]))


def test_secrets_stay_out_of_pods_and_config_maps() -> None:
    platform = with_spec()
    known = {key: f"secret-{number}" for number, key in enumerate(facts(platform).secrets)}
    for one in rendered(platform, secrets=known):
        if one.kind != "Secret":
            assert not any(value in json.dumps(one.body) for value in known.values()), one.name


def test_what_outlives_the_platform_has_no_owner() -> None:
    for policy, owned in (("retain", False), ("delete", True)):
        found = rendered(with_spec(deletionPolicy=policy))
        assert ("ownerReferences" in of(found, "Secret", "demo-audit")["metadata"]) is owned
        claims = of(found, "StatefulSet", "demo-postgres")["spec"]["persistentVolumeClaimRetentionPolicy"]
        assert claims["whenDeleted"] == ("Delete" if owned else "Retain")
        assert "ownerReferences" in of(found, "StatefulSet", "demo-postgres")["metadata"]


def test_asleep_nothing_runs_and_volumes_stay() -> None:
    found = rendered(with_spec(hibernated=True))
    assert {one.body["spec"]["replicas"] for one in found if one.kind in ("Deployment", "StatefulSet")} == {0}
    assert not any(one.kind in ("Job", "HorizontalPodAutoscaler") for one in found)
    awake = rendered(with_spec())
    assert templates(found) == templates(awake)


def test_the_matcher_lives_with_execution() -> None:
    body = of(rendered(with_spec()), "StatefulSet", "demo-execution")
    pod = body["spec"]["template"]["spec"]
    (matcher,) = pod["initContainers"]
    assert (matcher["name"], matcher["restartPolicy"]) == ("matcher", "Always")
    addresses = {
        entry["value"]
        for container in (*pod["containers"], matcher)
        for entry in container["env"]
        if entry["name"] == "CIFT_MATCHER_ADDRESS"
    }
    assert addresses == {"unix:/run/cift/matcher.sock"}
    assert [claim["metadata"]["name"] for claim in body["spec"]["volumeClaimTemplates"]] == ["matcher-data"]


def test_a_job_is_another_one_when_it_does_something_else() -> None:
    def jobs(**spec: Any) -> set[str]:
        return {one.name for one in rendered(with_spec(**spec)) if one.kind == "Job"}

    first = jobs()
    assert first == jobs(trading={"symbols": ["IBM"]})
    assert not first & jobs(version="0.2.0")


def test_with_tls_services_have_certificates_and_probes_without() -> None:
    found = rendered(with_spec(security={"tls": {"enabled": True}}))
    container = of(found, "StatefulSet", "demo-trading")["spec"]["template"]["spec"]["containers"][0]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert environment["CIFT_TLS_CERTIFICATE"] == "/etc/cift-tls/tls.crt"
    assert container["readinessProbe"]["grpc"]["port"] == 8081
    platform = with_spec(security={"tls": {"enabled": True}})
    with pytest.raises(MissingFact, match="needs a certificate"):
        manifests(platform, components(platform), facts(platform, tls={}))


def test_an_identity_provider_is_told_to_the_gateway_which_may_ask_it_for_its_keys() -> None:
    oidc = {"issuer": "https://id.example/realm", "audience": "cift"}
    before, after = rendered(with_spec()), rendered(with_spec(security={"oidc": oidc}))
    assert restarts(before, after) == {"Deployment/demo-gateway"}
    outside = of(after, "NetworkPolicy", "demo-gateway")["spec"]["egress"][-1]
    assert outside["ports"] == [{"port": 443, "protocol": "TCP"}]
    assert {"0.0.0.0/0", "::/0"} == {one["ipBlock"]["cidr"] for one in outside["to"] if "ipBlock" in one}
    with pytest.raises(InvalidPlatform, match="issuer"):
        with_spec(security={"oidc": oidc | {"issuer": "http://id.example"}})


def test_stores_are_handed_to_the_operators_that_the_cluster_has() -> None:
    platform = with_spec(
        analytics={"enabled": True},
        stores={"postgres": {"mode": "cloudNativePG"}, "clickhouse": {"mode": "clickHouseOperator"}},
    )
    found = {(one.kind, one.name): one.body for one in rendered(platform)}
    assert ("Cluster", "demo-postgres") in found
    installation = found["ClickHouseInstallation", "demo-clickhouse"]
    users = installation["spec"]["configuration"]["users"]
    assert users["cift/k8s_secret_password"] == "trading/demo-clickhouse/password"
    assert not {("StatefulSet", "demo-postgres"), ("StatefulSet", "demo-clickhouse")} & found.keys()
    environment = {
        one["name"]: one["value"]
        for one in found["Deployment", "demo-analytics"]["spec"]["template"]["spec"]["containers"][0]["env"]
        if "value" in one
    }
    assert environment["CIFT_CLICKHOUSE_URL"].startswith("https://cift:")
    assert absent(platform.spec, {"postgresql.cnpg.io", "clickhouse.altinity.com"}) == []
    said = absent(platform.spec, {"postgresql.cnpg.io"})
    assert said == [
        "spec.stores.clickhouse.mode: clickHouseOperator needs its operator, and the cluster has no "
        "clickhouse.altinity.com; install it, or choose another mode"
    ]


def test_forecasts_come_with_the_registry_and_serve_the_model_that_is_named() -> None:
    assert not any("forecast" in one.name or "mlflow" in one.name for one in rendered(with_spec()))

    def served(**forecast: Any) -> str:
        (one,) = (c for c in components(with_spec(forecast={"enabled": True, **forecast})) if c.name == "forecast")
        return str(one.env["CIFT_FORECAST_MODEL"])

    assert served() == "champion"
    assert served(model={"version": 7}) == "7"
    assert served(model={"name": "direction-{symbol}", "alias": "challenger"}) == "direction-{symbol}@challenger"
    found = {(one.kind, one.name): one.body for one in rendered(with_spec(forecast={"enabled": True}))}
    assert ("StatefulSet", "demo-mlflow") in found
    external = {"mode": "external", "external": {"urlFrom": {"name": "ours"}}}
    elsewhere = components(with_spec(forecast={"enabled": True}, stores={"mlflow": external}))
    assert not [one.name for one in elsewhere if "mlflow" in one.name]
