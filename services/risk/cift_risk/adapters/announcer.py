"""Tells the engines of a new policy at once. A message that is lost costs them a lease's time, no more."""

from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger
from cift_proto.risk.v1 import risk_pb2

from cift_risk import api
from cift_risk.domain.policy import HaltChange, Policy

_log = logging.get(__name__)


class Announcer:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def policy(self, policy: Policy) -> None:
        await self._publish("risk.policy", api.policy_to_proto(policy).SerializeToString())

    async def halt(self, change: HaltChange, version: int) -> None:
        message = risk_pb2.HaltChange(halt=api.halt_to_proto(change.halt), lifted=change.lifted, policy_version=version)
        await self._publish("risk.halt", message.SerializeToString())

    async def _publish(self, subject: str, payload: bytes) -> None:
        try:
            await self._messenger.publish_core(subject, payload)
            await self._messenger.client.flush(timeout=1)
        except Unavailable as error:
            _log.warning("the engines learn it at their next lease", error=error.message)
        except Exception as error:
            _log.warning("the engines learn it at their next lease", error=repr(error))
