"""Secrets: files `secrets/<name>/<key>`, made once, readable by their owner only."""

import secrets as randomness
from collections.abc import Iterable
from pathlib import Path

from cift_operator.components import Component
from cift_operator.components.values import PublicKey, Secret
from cift_operator.local.problem import Problem, Problems
from cift_operator.local.state import write_private


def ensure(folder: Path, components: Iterable[Component]) -> dict[tuple[str, str], str]:
    """Makes what is missing and gives every secret that the components refer to; raises `Problems`."""
    found: dict[tuple[str, str], str] = {}
    problems: dict[tuple[str, str], Problem] = {}
    components = tuple(components)
    for generated in (secret for component in components for secret in component.secrets):
        path = folder / generated.name / generated.key
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_private(path, randomness.token_hex(generated.bytes))
    for component in components:
        for part in component.values():
            if isinstance(part, Secret | PublicKey):
                path = folder / part.name / part.key
                if path.exists():
                    found[part.name, part.key] = path.read_text().strip()
                else:
                    problems[part.name, part.key] = Problem(
                        f"{component.name} needs the key {part.key} of the secret {part.name}, which is not there",
                        f"write it into {path}",
                    )
    if problems:
        raise Problems(list(problems.values()))
    return found
