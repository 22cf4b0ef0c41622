"""What the command says, and that nothing has started when it refuses."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from cift_operator.api import default_platform
from cift_operator.cli import app
from cift_operator.components import components
from cift_operator.local import Platform
from cift_operator.local.logs import follow, last_lines
from cift_operator.local.ports import shifted
from typer.testing import CliRunner

BAD = """\
apiVersion: cift.markets/v1alpha1
kind: TradingPlatform
metadata: {name: demo}
spec: {trading: {symbols: [AAPL, MSFT], instruments: [{symbol: MSFT, tickSize: "0"}]}}
"""


def cift(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output


def test_a_bad_file_is_refused_with_path_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "platform.yaml"
    file.write_text(BAD)
    code, said = cift("up", "-f", str(file), "--state", str(tmp_path / "state"))
    assert code == 1
    assert "spec.trading.instruments[0].tickSize: input should be greater than 0, not '0'" in said
    assert not (tmp_path / "state").exists()
    assert cift("up", "-f", str(tmp_path / "none.yaml"))[1].strip().endswith("none.yaml: No such file or directory")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--feed", "live"], "must be simulated or replay:PATH"),
        (["--feed", "replay:x", "--speed", "0"], "spec.feeds.replay.speed: input should be greater than 0"),
        (["--speed", "2"], "only a replay has a speed"),
    ],
)
def test_a_bad_feed_is_refused(tmp_path: Path, arguments: list[str], reason: str) -> None:
    code, said = cift("up", *arguments, "--state", str(tmp_path / "state"))
    assert (code, reason in said) == (1, True), said
    assert not (tmp_path / "state").exists()


def test_a_port_in_use_is_said_with_its_holder(tmp_path: Path) -> None:
    ports = shifted(Platform(tmp_path / "state").components, 0)
    with socket.socket() as taken:
        offset = next(offset for offset in range(10_000, 14_000) if _takes(taken, ports["questdb", "http"] + offset))
        number = taken.getsockname()[1]
        code, said = cift("up", "--detach", "--port-offset", str(offset), "--state", str(tmp_path / "state"))
    assert code == 1
    assert f"port {number} (questdb, http) is in use by" in said
    assert f"(process {os.getpid()})" in said
    assert "Nothing was started" in said
    assert not (tmp_path / "state" / "data" / "postgres").exists()


def _takes(listener: socket.socket, port: int) -> bool:
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        return False
    listener.listen()
    return True


def test_a_missing_java_is_said_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "no java"))
    monkeypatch.setenv("CIFT_MATCHER_BIN", "/bin/true")
    code, said = cift("up", "--detach", "--port-offset", "auto", "--state", str(tmp_path / "state"))
    assert code == 1
    assert "java is missing (QuestDB needs it)\n  → install Java 17" in said


def test_status_before_anything_was_started(tmp_path: Path) -> None:
    code, said = cift("status", "--json", "--state", str(tmp_path / "state"))
    assert (code, json.loads(said)["components"]) == (1, [])
    assert cift("down", "--state", str(tmp_path / "state")) == (0, "Nothing was running.\n")
    assert cift("logs", "nats", "--state", str(tmp_path / "state"))[0] == 1
    assert "no component gateway" in cift("env", "gateway", "--state", str(tmp_path / "state"))[1]


def test_render_shows_every_component_and_no_secret(tmp_path: Path) -> None:
    code, said = cift("render", "local", "--state", str(tmp_path))
    assert code == 0
    assert all(f"- name: {component.name}\n" in said for component in components(Platform(tmp_path).declaration))
    assert not (tmp_path / "secrets").exists()


def test_render_names_each_image_once(tmp_path: Path) -> None:
    code, said = cift("render", "images", "--state", str(tmp_path))
    names = said.split()
    assert (code, names) == (0, sorted(set(names)))
    assert {component.image for component in components(default_platform())} <= set(names)


def test_logs_follow_over_a_rotation(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("".join(f"{number}\n" for number in range(50_000)))
    last, offset = last_lines(log, 3)
    assert last == ["49997", "49998", "49999"]
    lines = follow(log, offset)
    with log.open("a") as file:
        file.write("more\nhalf")
        file.flush()
        assert next(lines) == "more"
        file.write(" a line\n")
    assert next(lines) == "half a line"
    log.rename(tmp_path / "x.log.1")
    log.write_text("fresh\n")
    assert next(lines) == "fresh"


_STAY = """
import sys
from pathlib import Path
from cift_operator.local import Platform, foreground
platform = Platform(Path(sys.argv[1]), port_offset=None)
platform.up({"nats", "valkey"})
print("ready", flush=True)
foreground.stay(platform, lambda said: print(said, flush=True), watch=False)
"""


def test_the_foreground_mends_what_is_killed_and_stops_cleanly(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with subprocess.Popen([sys.executable, "-c", _STAY, str(state)], stdout=subprocess.PIPE, text=True) as stay:
        assert stay.stdout is not None
        try:
            assert stay.stdout.readline() == "ready\n"
            platform = Platform(state)
            platform.kill("nats")
            assert stay.stdout.readline().startswith("nats ended and was started again")
            platform.wait_until_ready()
            pids = [status.pid for status in platform.status() if status.pid]
            stay.send_signal(signal.SIGTERM)
            assert stay.stdout.read() == "Stopping …\nStopped.\n"
            assert stay.wait() == 0
            assert len(pids) == 2
            assert not any(psutil.pid_exists(pid) for pid in pids)
        finally:
            stay.kill()
            Platform(state).down(purge=True)
