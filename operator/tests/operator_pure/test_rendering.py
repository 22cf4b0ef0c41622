"""Spec → components → processes: pure, complete, and the same every time."""

from pathlib import Path

import pytest
import yaml
from cift_common.platform import Platform
from cift_operator.api import TradingPlatform, default_platform, validate
from cift_operator.components import STORES, Component, components, local_components
from cift_operator.components.model import ConfigFile
from cift_operator.components.order import needed
from cift_operator.components.values import Secret
from cift_operator.local.ports import shifted
from cift_operator.local.preview import preview
from cift_operator.render.local import LocalFacts, MissingFact, Process, processes

DEFAULT = default_platform()


def facts(found: tuple[Component, ...], **changes: object) -> LocalFacts:
    programs = {component.command[0] for component in found} | {"pg_isready"}
    values = {
        "state": Path("/state"),
        "sockets": Path("/sockets"),
        "ports": shifted(found, 0),
        "programs": {name: (name,) for name in programs},
        "secrets": {
            (part.name, part.key): f"<{part.name}>"
            for component in found
            for part in component.values()
            if isinstance(part, Secret)
        },
        "site": {
            "trace-export": "none",
            "credentials-file": "/state/credentials.json",
            "web-dir": "/web",
            "spool-dir": "/spool",
            "gateway-hosts": "",
        },
    }
    return LocalFacts(**(values | changes))  # type: ignore[arg-type]


def rendered(platform: TradingPlatform = DEFAULT) -> dict[str, Process]:
    found = local_components(platform)
    return {process.name: process for process in processes(found, facts(found))}


def with_spec(**spec: object) -> TradingPlatform:
    document = DEFAULT.model_dump(mode="json", by_alias=True)
    return validate(document | {"spec": document["spec"] | spec})


def test_each_comes_after_what_it_depends_on() -> None:
    seen: set[str] = set()
    for component in components(DEFAULT):
        assert set(component.depends_on) <= seen, component.name
        seen.add(component.name)
    assert seen > STORES


def test_no_two_ports_are_the_same() -> None:
    numbers = [port.number for component in components(DEFAULT) for port in component.ports if not port.socket]
    assert len(numbers) == len(set(numbers))


def test_services_find_one_another() -> None:
    found = rendered()
    assert found["gateway"].env["CIFT_TRADING_ADDRESS"] == "127.0.0.1:50051"
    assert found["trading"].env["CIFT_DATABASE_URL"] == "postgresql://trading:<postgres>@127.0.0.1:5432/cift"
    assert found["execution"].env["CIFT_MATCHER_ADDRESS"] == found["matcher"].env["CIFT_MATCHER_ADDRESS"]
    assert found["execution"].env["CIFT_MATCHER_ADDRESS"] == "unix:/sockets/matcher.sock"
    assert found["execution"].env["CIFT_DECISION_KEY"] == found["trading"].env["CIFT_DECISION_KEY"]


def test_services_read_the_declaration_back() -> None:
    platform = with_spec(trading={"symbols": ["BAC"], "halted": True}, feeds={"replay": {"path": "/t", "speed": "2"}})
    process = rendered(platform)["marketdata"]
    told = Platform.model_validate_json(process.files[Path(process.env["CIFT_PLATFORM_FILE"])])
    assert (told.name, told.halted, told.by_symbol["BAC"].exchange) == ("local", True, "XNYS")
    assert (told.feed.kind, told.feed.path, str(told.feed.speed)) == ("replay", "/t", "2")


def test_a_live_feed_is_told_where_and_with_which_keys() -> None:
    keys = {"keyFrom": {"name": "alpaca", "key": "id"}, "secretFrom": {"name": "alpaca", "key": "secret"}}
    platform = with_spec(feeds={"alpaca": {**keys, "url": "wss://stream.example/v2/sip"}})
    process = rendered(platform)["marketdata"]
    assert process.env["CIFT_FEED_KEY_ID"] == process.env["CIFT_FEED_SECRET_KEY"] == "<alpaca>"
    assert process.env["CIFT_FEED_URL"] == "wss://stream.example/v2/sip"
    told = Platform.model_validate_json(process.files[Path(process.env["CIFT_PLATFORM_FILE"])])
    assert told.feed.kind == "alpaca"


def test_an_external_store_is_not_started_and_its_address_is_a_secret() -> None:
    platform = with_spec(
        stores={"postgres": {"mode": "external", "external": {"urlFrom": {"name": "ours", "key": "dsn"}}}}
    )
    found = components(platform)
    assert "postgres" not in {component.name for component in found}
    trading = next(component for component in found if component.name == "trading")
    assert trading.env["CIFT_DATABASE_URL"] == Secret("ours", "dsn")
    assert "postgres" not in trading.depends_on


def test_the_same_in_the_same_out_and_a_change_shows_in_the_digest() -> None:
    first, again, halted = rendered(), rendered(), rendered(with_spec(trading={"halted": True}))
    assert {name: p.digest for name, p in first.items()} == {name: p.digest for name, p in again.items()}
    changed = {name for name in first if first[name].digest != halted[name].digest}
    assert changed == {name for name, process in first.items() if "CIFT_PLATFORM_FILE" in process.env}
    assert not changed & STORES


def test_what_is_missing_is_named() -> None:
    found = components(DEFAULT)
    with pytest.raises(MissingFact, match="nats needs the program nats-server"):
        processes(found, facts(found, programs={}))
    with pytest.raises(MissingFact, match="needs secret"):
        processes(found, facts(found, secrets={}))


def test_durability_follows_the_profile() -> None:
    for profile, sync in (("development", '"2m"'), ("production", "always")):
        configuration = rendered(with_spec(profile=profile))["nats"].files[Path("/state/run/files/nats/nats.conf")]
        assert f"sync_interval: {sync}\n" in configuration


def test_needed_takes_in_dependencies() -> None:
    names = {component.name for component in needed(components(DEFAULT), {"risk"})}
    assert names == {"risk", "migrate-risk", "postgres", "nats", "valkey"}


def test_secrets_are_neither_shown_nor_in_plain_config_maps() -> None:
    generated = {secret for component in components(DEFAULT) for secret in component.secrets}
    assert {(secret.name, secret.key) for secret in generated} >= {("jwt", "key"), ("postgres", "password")}
    holders = {component.name for component in components(DEFAULT) for file in component.files if file.secret}
    assert holders == {"nats", "postgres", "valkey"}
    assert not ConfigFile("plain", "x").secret
    assert "…" in str(preview(DEFAULT, Path("/state"), 0))


def test_analytics_come_with_their_store_where_they_are_asked_for() -> None:
    assert not {"analytics", "clickhouse"} & set(rendered())
    found = rendered(with_spec(analytics={"enabled": True}))
    assert found["analytics"].env["CIFT_CLICKHOUSE_URL"] == "http://cift:<clickhouse>@127.0.0.1:8123/cift"
    assert found["gateway"].env["CIFT_ANALYTICS_ADDRESS"] == "127.0.0.1:50055"
    (configuration,) = found["clickhouse"].files.values()
    document = yaml.safe_load(configuration)
    assert (document["listen_host"], document["http_port"]) == ("127.0.0.1", 8123)
    assert document["users"]["cift"]["password"] == "<clickhouse>"
    external = {"mode": "external", "external": {"urlFrom": {"name": "ours"}}}
    elsewhere = rendered(with_spec(analytics={"enabled": True}, stores={"clickhouse": external}))
    assert "clickhouse" not in elsewhere
