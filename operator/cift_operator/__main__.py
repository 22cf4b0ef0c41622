"""`python -m cift_operator`: wiring only."""

import asyncio
import logging as stdlib_logging
import secrets
import sys

import uvloop
from cift_common import logging
from cift_common.settings import ServiceSettings

from cift_operator import VERSION, handlers, health
from cift_operator.cluster.api import Api, Refused, Unreachable, configuration
from cift_operator.cluster.kinds import CHILDREN, Kind
from cift_operator.cluster.lease import LostLeadership, lead
from cift_operator.plan.observed import Children
from cift_operator.reconcile import Cluster, Reconciler
from cift_operator.schedule import Schedule
from cift_operator.settings import OperatorSettings

_log = logging.get(__name__)


async def main(settings: OperatorSettings) -> int:
    identity = f"{settings.identity}_{secrets.token_hex(4)}"
    stop = asyncio.Event()
    handlers.listen(stop)
    schedules: list[Schedule] = []

    def alive() -> bool:
        return all(schedule.healthy for schedule in schedules)

    async with (
        Api(await configuration()) as api,
        # A lease that had to queue behind a thousand applies would run out.
        Api(await configuration()) as lease_api,
        health.serve(settings.health_listen, alive, lambda: True) as port,
    ):
        _log.info("operator", version=VERSION, identity=identity, health_port=port)

        async def work() -> None:
            _log.info("leading", identity=identity)
            cluster = Cluster(
                version=await api.version(),
                operator_namespace=settings.lease_namespace,
                instance=identity,
                survey_seconds=settings.survey_seconds,
                secret_seconds=settings.secret_seconds,
            )
            kinds, absent = await _watchable(api, settings.namespaces)
            children = Children()
            reconciler = Reconciler(api, children, cluster, await api.groups())
            schedule = Schedule(reconciler.reconcile, (Refused, Unreachable))
            schedules.append(schedule)
            await handlers.watch(api, reconciler, schedule, children, kinds, absent, settings.namespaces, stop)

        _log.info("waiting for the lease", identity=identity)
        leading = asyncio.create_task(lead(lease_api, settings.lease_namespace, settings.lease_name, identity, work))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({leading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not leading.done():
            # Who leads ends in order when the flag is set; who only waits for the lease is told.
            if not schedules:
                leading.cancel()
            await asyncio.wait({leading}, timeout=20)
            leading.cancel()
        stopping.cancel()
        try:
            await leading
        except asyncio.CancelledError:
            return 0
        except (LostLeadership, Refused, Unreachable) as error:
            # The next start begins from what the API server says.
            _log.error("ending", error=str(error))
            return 1
    return 0


async def _watchable(api: Api, namespaces: tuple[str, ...]) -> tuple[list[Kind], list[Kind]]:
    """Kinds that can be watched, and those of operators that may be installed later; raises `Refused` where a right is
    missing that nothing works without."""
    found, absent = [], []
    for kind in CHILDREN:
        if kind.optional and not await api.serves(kind):
            absent.append(kind)
            continue
        # A watch that is refused would be tried for ever, and nothing would begin.
        verb = "watch" if kind.watched else "get"
        refused = [namespace for namespace in namespaces or ("",) if not await api.may(verb, kind, namespace)]
        if refused and not kind.optional:
            raise Refused(
                403, "Forbidden", f"the operator may not {verb} {kind.plural} in {refused[0] or 'the cluster'}"
            )
        if kind.watched and not refused:
            found.append(kind)
    return found, absent


if __name__ == "__main__":
    found = OperatorSettings()
    logging.configure("operator", ServiceSettings(log_level=found.log_level, log_format=found.log_format))
    # kopf tells of every event that it hands over.
    stdlib_logging.getLogger("kopf").setLevel(stdlib_logging.WARNING)
    sys.exit(uvloop.run(main(found)))
