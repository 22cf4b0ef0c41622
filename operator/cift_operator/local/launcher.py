"""A process's launcher: a small shell script that notes who it is, sets the environment and becomes the program.

It can be run by hand to see what a component says: `sh .cift/run/launch/trading`.
"""

import os
import shlex
from pathlib import Path

from cift_operator.local import unprivileged
from cift_operator.local.state import State, write_private
from cift_operator.render.local import Process

# What the outside may say to a process; everything else it is told by its component.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")

_SCRIPT = """\
#!/bin/sh
# {name}: written by `cift up`
if [ -r /proc/self/stat ]; then
    IFS= read -r stat < /proc/self/stat
    set -- ${{stat##*)}}
    shift 19
    echo "$$ $1" >> {record}
else
    echo "$$ 0" >> {record}
fi
cd {folder} || exit 1
{exports}
exec {command}
"""


def write(process: Process, state: State) -> Path:
    """Writes the config files, makes the folders and gives the path of the script."""
    files = state.run / "files" / process.name
    for path, content in process.files.items():
        path.parent.mkdir(mode=0o711 if process.store else 0o700, parents=True, exist_ok=True)
        write_private(path, content)
    for folder in process.folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = process.folders[0] if process.folders else state.run
    prefix: tuple[str, ...] = ()
    if process.store:
        for folder in (*process.folders, *([files] if files.exists() else [])):
            unprivileged.own(folder)
        for path in process.files:
            unprivileged.own_file(path)
        prefix = unprivileged.prefix(paths(process))
    script = state.run / "launch" / process.name
    write_private(
        script,
        _SCRIPT.format(
            name=process.name,
            record=shlex.quote(str(state.pids / process.name)),
            folder=shlex.quote(str(home)),
            exports="\n".join(
                f"export {key}={shlex.quote(value)}"
                for key, value in (dict(process.env) | ({"HOME": str(home)} if process.store else {})).items()
            ),
            command=shlex.join((*prefix, *process.argv)),
        ),
    )
    return script


def paths(process: Process) -> list[Path]:
    """Every path that the process uses, as far as its rendering tells."""
    named = [Path(word.rpartition("=")[2]) for word in process.argv if word.rpartition("=")[2].startswith("/")]
    return [path for path in (*named, *process.folders, *process.files) if path.exists()]


def environment() -> dict[str, str]:
    """What the process manager, and so every process, takes from our own environment."""
    return {key: os.environ[key] for key in INHERITED if key in os.environ}
