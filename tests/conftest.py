"""What tests that span parts share: one running platform a session, started as a user starts it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

CIFT = Path(sys.executable).parent / "cift"


@dataclass(frozen=True)
class RunningPlatform:
    """A platform that `cift up` started; `state` is its folder."""

    state: Path

    @cached_property
    def credentials(self) -> dict[str, str]:
        credentials: dict[str, str] = json.loads((self.state / "credentials.json").read_text())
        return credentials

    @property
    def base_url(self) -> str:
        return self.credentials["base_url"]

    @property
    def headers(self) -> dict[str, str]:
        return {
            "APCA-API-KEY-ID": self.credentials["api_key_id"],
            "APCA-API-SECRET-KEY": self.credentials["api_secret_key"],
        }

    def cift(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [CIFT, *arguments, "--state", str(self.state)], capture_output=True, text=True, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"cift {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def components(self) -> dict[str, dict[str, Any]]:
        """`cift status --json`, by component name."""
        status = json.loads(self.cift("status", "--json", check=False).stdout)
        return {component["name"]: component for component in status["components"]}

    def environment(self, component: str) -> dict[str, str]:
        environment: dict[str, str] = json.loads(self.cift("env", component).stdout)
        return environment


def start_platform(state: Path, spec: dict[str, Any]) -> Iterator[RunningPlatform]:
    """Starts a platform of this spec, yields it when it is ready, and stops it."""
    declaration = state.parent / f"{state.name}.yaml"
    declaration.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "cift.markets/v1alpha1",
                "kind": "TradingPlatform",
                "metadata": {"name": "test"},
                "spec": spec,
            }
        )
    )
    running = RunningPlatform(state)
    running.cift("up", "--detach", "-f", str(declaration), "--port-offset", "auto")
    try:
        yield running
    finally:
        running.cift("down", "--purge")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """The default platform with its simulated feed."""
    yield from start_platform(tmp_path_factory.mktemp("platform") / "state", {})
