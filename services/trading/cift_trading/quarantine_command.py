"""`python -m cift_trading quarantine list [--all] | book ID --actor NAME | discard ID --actor NAME`.

It asks the running service, which alone writes.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

from cift_common import rpc, service
from cift_common.errors import CiftError
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

from cift_trading.settings import Settings

_STATES = trading_pb2.QuarantinedReport.State
_RESOLUTIONS = {"book": _STATES.STATE_BOOKED, "discard": _STATES.STATE_DISCARDED}
TIMEOUT_SECONDS = 30


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="quarantine", description="Execution reports that were not booked.")
    actions = made.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="List the open reports.")
    listed.add_argument("--all", action="store_true", help="Also list resolved reports.")
    for action, text in (("book", "Book a genuine report as it stands."), ("discard", "Leave a report out.")):
        resolve = actions.add_parser(action, help=text)
        resolve.add_argument("quarantine_id", metavar="ID")
        resolve.add_argument("--actor", required=True, help="Who resolves it, for the audit trail.")
    return made


def run(settings: Settings) -> int:
    """Prints the answer; 1 where the service refuses."""
    arguments = parser().parse_args(sys.argv[2:])
    rpc.secure(service.tls(settings))
    rpc.restrict(None, {at: token.get_secret_value() for at, token in settings.peer_tokens.items()})
    try:
        asyncio.run(_ask(settings, arguments))
    except CiftError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


async def _ask(settings: Settings, arguments: argparse.Namespace) -> None:
    async with rpc.channel(settings.trading_address) as channel:
        stub: Any = trading_pb2_grpc.TradingServiceStub(channel)
        with rpc.translated():
            if arguments.action == "list":
                request = trading_pb2.ListQuarantineRequest(all=arguments.all)
                answer = await stub.ListQuarantine(request, timeout=TIMEOUT_SECONDS)
                print("\n".join(map(shown, answer.reports)) or "nothing is in quarantine")
                return
            wish = trading_pb2.ResolveQuarantineRequest(
                quarantine_id=arguments.quarantine_id, state=_RESOLUTIONS[arguments.action], actor=arguments.actor
            )
            answer = await stub.ResolveQuarantine(wish, timeout=TIMEOUT_SECONDS)
            print(shown(answer.report))


def shown(report: trading_pb2.QuarantinedReport) -> str:
    """One report, readable."""
    at = datetime.fromtimestamp(report.recorded_at_ns / 1e9, UTC).isoformat(timespec="milliseconds")
    state = _STATES.Name(report.state).removeprefix("STATE_").lower()
    halt = f"; halts {report.halt_scope.lower()} {report.halt_key}" if report.halt_scope and state == "open" else ""
    by = f" by {report.resolved_by}" if report.resolved_by else ""
    return (
        f"{report.quarantine_id}  {at}  {state}{by}{halt}\n  {report.reason}: {report.message}\n"
        f"  execution {report.execution_id!r}, order {report.order_id!r}, account {report.account_id!r},"
        f" symbol {report.symbol!r}"
    )
