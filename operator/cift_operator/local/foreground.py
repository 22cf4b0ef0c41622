"""`cift up` without --detach: stays, tells of crashes, and stops everything at the end."""

import signal
import threading
from collections.abc import Callable

from cift_operator.local.platform import Platform

_LOOK_SECONDS = 1.0


def stay(platform: Platform, say: Callable[[str], None]) -> None:
    """Until Ctrl-C, SIGTERM, SIGHUP, or until somebody else stops the platform."""
    ended = threading.Event()
    previous = {
        number: signal.signal(number, lambda *_: ended.set())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        starts = platform.starts()
        while not ended.wait(_LOOK_SECONDS):
            if platform.stopped:
                say("Stopped by another cift.")
                return
            if not platform.supervisor.alive:
                say("The process manager was killed; starting again.")
                platform.up()
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
