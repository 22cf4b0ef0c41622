"""What network policies open: paths that the declaration names, and no metadata, resolver or port beyond them."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from cift_operator.api import InvalidPlatform
from cift_operator.render.kubernetes import Manifest

from .samples import SAMPLES, facts, rendered, sample, with_spec

METADATA = ("169.254.169.254", "169.254.20.10", "168.63.129.16", "100.100.100.200", "fe80::1", "fd00:ec2::254")
OUTSIDE = {
    "stores": {"postgres": {"mode": "external", "external": {"urlFrom": {"name": "ours"}}}},
    "feeds": {"binance": {"url": "wss://prices.example:9443/ws"}},
    "security": {"oidc": {"issuer": "https://id.example/realm", "audience": "cift"}},
    "observability": {
        "tracing": {"endpoint": "http://collector.monitoring:4317"},
        "alertmanager": {"enabled": True, "webhookFrom": {"name": "pager"}},
    },
}
DELEGATED = {
    "analytics": {"enabled": True},
    "stores": {"postgres": {"mode": "cloudNativePG"}, "clickhouse": {"mode": "clickHouseOperator"}},
}


def policies(found: tuple[Manifest, ...]) -> dict[str, dict[str, Any]]:
    return {one.name.removeprefix("demo-"): one.body["spec"] for one in found if one.kind == "NetworkPolicy"}


def ports(rule: dict[str, Any]) -> set[int]:
    return {one["port"] for one in rule["ports"]}


def opened(rules: list[dict[str, Any]], address: str) -> set[int]:
    """The ports of an address that some block of the rules lets through."""
    ip, found = ip_address(address), set()
    for rule in rules:
        for one in rule.get("to", ()):
            block = one.get("ipBlock", {"cidr": "0.0.0.0/32"})
            if ip in ip_network(block["cidr"]) and not any(ip in ip_network(no) for no in block.get("except", ())):
                found |= ports(rule)
    return found


@pytest.mark.parametrize(
    "platform",
    [*(sample(name) for name in SAMPLES), with_spec(**OUTSIDE), with_spec(**DELEGATED)],
    ids=[*SAMPLES, "outside", "delegated"],
)
def test_nothing_reaches_metadata_or_any_port_or_any_resolver(platform: Any) -> None:
    for name, policy in policies(rendered(platform)).items():
        for rule in policy["egress"]:
            assert rule.get("to"), name
            assert rule.get("ports"), name
        for address in METADATA:
            assert not opened(policy["egress"], address), (name, address)
        resolvers = [rule for rule in policy["egress"] if 53 in ports(rule)]
        for rule in resolvers:
            (peer,) = rule["to"]
            assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "kube-system"}
            assert peer["podSelector"]["matchLabels"] == {"k8s-app": "kube-dns"}


def test_the_ports_outside_are_those_of_the_declared_urls() -> None:
    platform = with_spec(**OUTSIDE)
    known = facts(platform).secrets
    urls = {("ours", "url"): "postgresql://us:x@10.9.8.7:6432/cift", ("pager", "url"): "https://pager.example:8443/in"}
    found = policies(rendered(platform, secrets={**known, **urls}))
    assert opened(found["gateway"]["egress"], "10.9.8.7") == {443, 4317, 6432}
    assert opened(found["gateway"]["egress"], "192.0.2.1") == {443, 4317}
    assert opened(found["marketdata"]["egress"], "192.0.2.1") == {9443, 4317}
    assert opened(found["alertmanager"]["egress"], "192.0.2.1") == {8443}
    assert opened(found["valkey"]["egress"], "192.0.2.1") == set()
    named = [one for rule in found["risk"]["egress"] if 4317 in ports(rule) for one in rule["to"]]
    assert {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}} in named
    for hidden in ("http://169.254.169.254/latest", "postgresql://us:x@[fe80::1]/cift"):
        found = policies(rendered(platform, secrets={**known, ("ours", "url"): hidden, ("pager", "url"): hidden}))
        assert not any(opened(one["egress"], address) for one in found.values() for address in METADATA), hidden


def test_listed_networks_replace_what_is_derived_and_cluster_networks_are_left_out() -> None:
    listed = [
        {"cidr": "10.20.0.0/16", "ports": [5432]},
        {"cidr": "203.0.113.0/24", "ports": [443], "components": ["gateway"]},
    ]
    narrow = OUTSIDE | {"security": OUTSIDE["security"] | {"networkPolicies": {"egress": listed}}}
    found = policies(rendered(with_spec(**narrow)))
    assert opened(found["gateway"]["egress"], "203.0.113.9") == {443}
    assert opened(found["risk"]["egress"], "203.0.113.9") == set()
    assert opened(found["risk"]["egress"], "10.20.0.1") == {5432}
    assert opened(found["gateway"]["egress"], "192.0.2.1") == set()
    cidrs = {"clusterCidrs": ["10.244.0.0/16", "10.96.0.0/12", "fd00:10::/48"]}
    found = policies(rendered(with_spec(**(OUTSIDE | {"security": OUTSIDE["security"] | {"networkPolicies": cidrs}}))))
    for address in ("10.244.3.4", "10.96.0.1", "fd00:10::1"):
        assert not opened(found["gateway"]["egress"], address)
    for cidr, said in (("169.254.0.0/16", "link-local"), ("fe80::/64", "link-local"), ("10.0.0.1/8", "network")):
        with pytest.raises(InvalidPlatform, match=said):
            with_spec(security={"networkPolicies": {"egress": [{"cidr": cidr, "ports": [1]}]}})


def test_another_resolver_is_named_by_its_pods_or_its_address() -> None:
    dns = {"namespace": "openshift-dns", "labels": {"dns": "default"}, "ports": [5353], "cidrs": ["169.254.20.10/32"]}
    found = policies(rendered(with_spec(security={"networkPolicies": {"dns": dns}})))
    rule = found["risk"]["egress"][0]
    assert ports(rule) == {5353}
    assert {"ipBlock": {"cidr": "169.254.20.10/32"}} in rule["to"]


def test_pods_of_installed_operators_have_policies_that_match_them() -> None:
    found = policies(rendered(with_spec(**DELEGATED)))
    database, columns = found["postgres"], found["clickhouse"]
    assert database["podSelector"] == {"matchLabels": {"cnpg.io/cluster": "demo-postgres"}}
    assert columns["podSelector"] == {"matchLabels": {"clickhouse.altinity.com/chi": "demo-clickhouse"}}
    for policy, namespace, needed in ((database, "cnpg-system", {5432, 8000}), (columns, "kube-system", {8123})):
        managed = [
            rule
            for rule in policy["ingress"]
            for one in rule["from"]
            if one.get("namespaceSelector", {}).get("matchLabels") == {"kubernetes.io/metadata.name": namespace}
        ]
        assert any(needed <= ports(rule) for rule in managed)
        assert all(one.get("podSelector") for rule in managed for one in rule["from"])
    callers = {
        one["podSelector"]["matchLabels"].get("app.kubernetes.io/name")
        for rule in columns["ingress"]
        for one in rule["from"]
        if ports(rule) == {8443}
    }
    assert callers == {"analytics"}
    # An instance manager writes to the API server; a database is not asked from outside the platform.
    assert opened(database["egress"], "10.0.0.1") == {443, 6443}
    assert not opened(columns["egress"], "10.0.0.1")


def test_stores_of_installed_operators_are_spoken_to_by_verified_tls() -> None:
    found = {(one.kind, one.name): one.body for one in rendered(with_spec(**DELEGATED))}
    pod = found["StatefulSet", "demo-trading"]["spec"]["template"]["spec"]
    (url,) = [one["value"] for one in pod["containers"][0]["env"] if one["name"] == "CIFT_DATABASE_URL"]
    assert "@demo-postgres-rw:5432/" in url
    assert url.endswith("?sslmode=verify-full&sslrootcert=/etc/cift-store-ca/postgres/ca.crt")
    (volume,) = [one for one in pod["volumes"] if one["name"] == "store-ca"]
    (source,) = volume["projected"]["sources"]
    assert source["secret"]["name"] == "demo-postgres-ca"
    migration = next(body for (kind, name), body in found.items() if kind == "Job" and "migrate-trading" in name)
    mounts = migration["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert "/etc/cift-store-ca" in {one["mountPath"] for one in mounts}
    analytics = found["Deployment", "demo-analytics"]["spec"]["template"]["spec"]["containers"][0]["env"]
    (url,) = [one["value"] for one in analytics if one["name"] == "CIFT_CLICKHOUSE_URL"]
    assert url.startswith("https://")
    assert url.endswith("@clickhouse-demo-clickhouse:8443/cift?ca_cert=/etc/cift-tls/ca.crt")
    assert ("Secret", "demo-clickhouse-tls") in found
    settings = found["ClickHouseInstallation", "demo-clickhouse"]["spec"]["configuration"]["settings"]
    assert settings == {"https_port": 8443}


@pytest.mark.parametrize(("instances", "durable"), [(3, True), (2, True), (1, False)])
def test_what_cloud_native_pg_acknowledges_is_on_two_instances(instances: int, durable: bool) -> None:
    found = rendered(with_spec(stores={"postgres": {"mode": "cloudNativePG", "instances": instances}}))
    (cluster,) = [one.body["spec"]["postgresql"] for one in found if one.kind == "Cluster"]
    wanted = {"method": "any", "number": 1, "dataDurability": "required"}
    assert cluster.get("synchronous") == (wanted if durable else None)
    assert cluster["parameters"]["tcp_keepalives_idle"] == "30"
    assert cluster["parameters"]["client_connection_check_interval"] == "5s"


INGRESS = {
    "host": "trade.example.com",
    "tlsSecretName": "cert",
    "namespace": "ingress",
    "trustedProxies": ["10.1.0.0/16"],
}


def gateway_environment(**security: Any) -> dict[str, str]:
    found = rendered(with_spec(security=security))
    (body,) = [one.body for one in found if (one.kind, one.component) == ("Deployment", "gateway")]
    containers = body["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one["value"] for one in containers[0]["env"] if "value" in one}


def test_the_gateway_knows_what_lies_before_it() -> None:
    told = gateway_environment(ingress=INGRESS)
    assert (told["CIFT_PUBLIC_URL"], told["CIFT_SECURE_COOKIES"]) == ("https://trade.example.com", "true")
    assert told["CIFT_TRUSTED_PROXIES"] == "10.1.0.0/16"
    assert "demo-gateway.trading.svc" in told["CIFT_ALLOWED_HOSTS"].split(",")
    # Derived only where nobody but the controller reaches the gateway.
    plain = {key: value for key, value in INGRESS.items() if key != "trustedProxies"}
    cidrs = {"clusterCidrs": ["10.244.0.0/16", "fd00:10::/48"]}
    assert (
        gateway_environment(ingress=plain, networkPolicies=cidrs)["CIFT_TRUSTED_PROXIES"]
        == "10.244.0.0/16,fd00:10::/48"
    )
    for open_to_all in ({"enabled": False, **cidrs}, {}):
        assert "CIFT_TRUSTED_PROXIES" not in gateway_environment(ingress=plain, networkPolicies=open_to_all)
    anywhere = {key: value for key, value in plain.items() if key != "namespace"}
    assert "CIFT_TRUSTED_PROXIES" not in gateway_environment(ingress=anywhere, networkPolicies=cidrs)
    assert "CIFT_PUBLIC_URL" not in gateway_environment()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tlsSecretName": None}, "security.ingress.tlsSecretName is required"),
        ({"trustedProxies": []}, "security.ingress.trustedProxies is required"),
        ({"trustedProxies": ["0.0.0.0/0"]}, "everybody"),
        ({"trustedProxies": ["::/0"]}, "everybody"),
        ({"trustedProxies": ["10.1.0.1/16"]}, "network"),
    ],
)
def test_production_takes_no_ingress_by_which_credentials_or_addresses_are_lost(changed: Any, said: str) -> None:
    ingress = {key: value for key, value in (INGRESS | changed).items() if value is not None}
    with pytest.raises(InvalidPlatform, match=said):
        with_spec(profile="production", security={"ingress": ingress})
    assert with_spec(profile="production", security={"ingress": INGRESS})
