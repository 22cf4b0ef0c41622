"""The part of ClickHouse's configuration file that this server understands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


class BadConfig(Exception):
    """The file cannot be used; the message names the key."""


@dataclass(frozen=True)
class Config:
    host: str
    port: int
    path: Path
    """Where the data are."""
    passwords: Mapping[str, str] = field(repr=False)
    """By user."""
    settings: Mapping[str, str]
    """Of every statement, unless it says otherwise."""


def load(file: Path) -> Config:
    """Reads the YAML file of a ClickHouse server; raises `BadConfig`."""
    try:
        document = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise BadConfig(f"{file}: {error}") from None
    if not isinstance(document, dict):
        raise BadConfig(f"{file}: not a mapping")
    users: dict[str, Any] = document.get("users") or {}
    if not users:
        raise BadConfig("users: at least one is needed")
    profile: dict[str, Any] = (document.get("profiles") or {}).get("default") or {}
    return Config(
        host=str(_needed(document, "listen_host")),
        port=int(_needed(document, "http_port")),
        path=Path(_needed(document, "path")),
        passwords={name: str((user or {}).get("password", "")) for name, user in users.items()},
        settings={name: str(value) for name, value in profile.items()},
    )


def _needed(document: dict[str, Any], key: str) -> Any:
    if key not in document:
        raise BadConfig(f"{key}: is missing")
    return document[key]
