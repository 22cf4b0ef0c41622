"""`cift up` without --detach: stays, tells of crashes, takes in edits, and stops everything at the end."""

import signal
import threading
from collections.abc import Callable

from cift_operator.local.platform import Platform
from cift_operator.local.watch import Sources

_LOOK_SECONDS = 1.0


def stay(platform: Platform, say: Callable[[str], None], *, watch: bool) -> None:
    """Until Ctrl-C, SIGTERM, SIGHUP, or until somebody else stops the platform."""
    ended = threading.Event()
    previous = {
        number: signal.signal(number, lambda *_: ended.set())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        starts = platform.starts()
        sources = Sources(map(platform.process, platform.names)) if watch else None
        while not ended.wait(_LOOK_SECONDS):
            if platform.stopped:
                say("Stopped by another cift.")
                return
            if not platform.supervisor.alive:
                say("The process manager was killed; starting again.")
                platform.up()
                starts = platform.starts()
            if sources is not None and (edited := sources.changed()):
                say(f"Edited: starting {', '.join(edited)} again.")
                platform.restart(edited)
                starts = platform.starts()
            now = platform.starts()
            for name in sorted(now):
                if now[name] > starts.get(name, 1):
                    say(f"{name} ended and was started again; see: cift logs {name}")
            starts = now
        say("Stopping …")
        platform.down()
        say("Stopped.")
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
