"""The processes of a platform as they are on this machine: its programs, its secrets, its folders."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cift_operator.components import Component
from cift_operator.local import programs, secrets
from cift_operator.local.ports import Ports
from cift_operator.local.problem import Problem, Problems
from cift_operator.local.state import State
from cift_operator.render.local import LocalFacts, MissingFact, Process, processes

HOST = "127.0.0.1"


def render(wanted: Sequence[Component], state: State, plan: Ports, progress: Callable[[str], None]) -> list[Process]:
    """Builds and fetches what is missing; raises `Problems`."""
    found = programs.find(wanted, state.data, progress)
    facts = LocalFacts(
        state=state.root,
        sockets=state.sockets,
        ports=plan,
        programs={name: program.argv for name, program in found.items()},
        secrets=secrets.ensure(state.secrets, wanted),
        site={
            "trace-export": f"file:{state.traces}",
            "credentials-file": str(state.credentials),
            "web-dir": str(web_folder()),
            "spool-dir": str(state.data / "spool"),
            "gateway-hosts": "",
        },
        host=HOST,
    )
    try:
        rendered = processes(wanted, facts)
    except MissingFact as error:
        raise Problems([Problem(str(error))]) from None
    versions = {component.name: found[component.command[0]].version for component in wanted}
    return [replace(process, version=process.version or versions[process.name]) for process in rendered]


def web_folder() -> Path:
    """Where the terminal is built to."""
    return Path(__file__).resolve().parents[3] / "services" / "web" / "dist"
