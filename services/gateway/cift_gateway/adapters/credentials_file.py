"""The file with the demo user's credentials: readable by its owner alone, whole or not there."""

import json
import os
import tempfile
from pathlib import Path

from pydantic import BaseModel, ValidationError


class Credentials(BaseModel):
    base_url: str
    api_key_id: str
    api_secret_key: str
    email: str
    password: str


def read(path: Path) -> Credentials | None:
    """None where it is missing or damaged."""
    try:
        return Credentials.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write(path: Path, credentials: Credentials) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes it with mode 600.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(credentials.model_dump(), file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
