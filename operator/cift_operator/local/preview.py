"""`cift render local`: the processes of a declaration, without looking at this machine and without secrets."""

from pathlib import Path
from typing import Any

from cift_operator.api import TradingPlatform
from cift_operator.components import local_components
from cift_operator.components.values import SITE_FACTS, PublicKey, Secret
from cift_operator.local import ports
from cift_operator.render.local import LocalFacts, processes

_HIDDEN = "…"


def preview(declaration: TradingPlatform, state: Path, port_offset: int) -> list[dict[str, Any]]:
    """One entry a process, in the order of their start."""
    found = local_components(declaration)
    programs = {component.command[0] for component in found}
    programs |= {
        str(component.readiness.command[0])
        for component in found
        if component.readiness and component.readiness.command
    }
    secrets = {
        (part.name, part.key)
        for component in found
        for part in component.values()
        if isinstance(part, Secret | PublicKey)
    }
    facts = LocalFacts(
        state=state,
        sockets=state / "run",
        ports=ports.shifted(found, port_offset),
        programs={name: (name,) for name in programs},
        secrets=dict.fromkeys(secrets, _HIDDEN),
        site={fact: f"<{fact}>" for fact in SITE_FACTS},
    )
    return [
        {
            "name": process.name,
            "kind": "task" if process.task else "service",
            "command": list(process.argv),
            "environment": dict(process.env),
            "files": {str(path): content for path, content in process.files.items()},
            "ports": dict(process.ports),
            "dependsOn": list(process.depends_on),
        }
        for process in processes(found, facts)
    ]
