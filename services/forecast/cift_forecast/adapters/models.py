"""Models from MLflow's registry by its REST interface, kept on disk: the client library would weigh 150 MB here."""

import json
import os
import shutil
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from cift_common.errors import NotFound, Unavailable

FILES = ("MLmodel", "model.onnx")
SIZE_MAX = 64 * 2**20
_PAGE = 1000
_SERVED = "served.json"


class Models:
    """All blocking. `Unavailable` where the registry does not answer, `NotFound` where it has no such model."""

    def __init__(self, url: str, cache: Path, timeout_seconds: float) -> None:
        self._url, self._cache, self._timeout = url.rstrip("/"), cache, timeout_seconds

    def aliases(self) -> dict[str, dict[str, str]]:
        """By registered model: alias → version."""
        found: dict[str, dict[str, str]] = {}
        token = ""
        while True:
            query = {"max_results": str(_PAGE)} | ({"page_token": token} if token else {})
            answer = self._json("registered-models/search", query)
            for model in answer.get("registered_models", []):
                found[model["name"]] = {entry["alias"]: str(entry["version"]) for entry in model.get("aliases", [])}
            if not (token := answer.get("next_page_token", "")):
                return found

    def fetch(self, model: str, version: str) -> Path:
        """The folder of a version's files; asks the registry only where it is not there yet."""
        folder = self._folder(model) / version
        if folder.is_dir():
            return folder
        query = {"name": model, "version": version}
        root = self._json("model-versions/get-download-uri", query)["artifact_uri"]
        if not root.startswith("mlflow-artifacts:/"):
            raise NotFound(f"{model} version {version} lies at {root}, which the registry does not serve")
        path = urllib.parse.urlsplit(root).path.strip("/")
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not there: a start in the middle of a download must not find half a model.
        partial = Path(tempfile.mkdtemp(dir=folder.parent))
        try:
            for name in FILES:
                content = self._get(f"/api/2.0/mlflow-artifacts/artifacts/{urllib.parse.quote(path)}/{name}")
                (partial / name).write_bytes(content)
            partial.rename(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        return folder

    def remember(self, symbol: str, served: dict[str, tuple[str, str]]) -> None:
        """Role → model and version, for a start without the registry."""
        folder = self._cache / symbol
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{_SERVED}.new"
        partial.write_text(json.dumps(served))
        os.replace(partial, folder / _SERVED)

    def remembered(self, symbol: str) -> dict[str, tuple[str, str]]:
        """As it was remembered; empty where nothing was."""
        try:
            found = json.loads((self._cache / symbol / _SERVED).read_text())
        except (OSError, ValueError):
            return {}
        return {role: (model, version) for role, (model, version) in found.items()}

    def _folder(self, model: str) -> Path:
        return self._cache / "versions" / urllib.parse.quote(model, safe="")

    def _json(self, path: str, query: dict[str, str]) -> Any:
        try:
            return json.loads(self._get(f"/api/2.0/mlflow/{path}?{urllib.parse.urlencode(query)}"))
        except ValueError as error:
            raise Unavailable(f"MLflow at {self._url} does not answer in JSON: {error}") from error

    def _get(self, path: str) -> bytes:
        try:
            with urllib.request.urlopen(self._url + path, timeout=self._timeout) as answer:
                content: bytes = answer.read(SIZE_MAX + 1)
        except urllib.error.HTTPError as error:
            detail = error.read(300).decode(errors="replace")
            if error.code == 404:
                raise NotFound(f"MLflow has no such model: {detail}") from error
            raise Unavailable(f"MLflow at {self._url} says {error.code}: {detail}") from error
        except OSError as error:
            raise Unavailable(f"MLflow at {self._url} does not answer: {error}") from error
        if len(content) > SIZE_MAX:
            raise NotFound(f"{path} is larger than {SIZE_MAX} bytes")
        return content
