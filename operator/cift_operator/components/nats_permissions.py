"""What a service may publish and subscribe to, as the subjects that NATS compares."""

from collections.abc import Iterable
from dataclasses import dataclass

from cift_common.streams import STREAMS, DurableConsumer, inbox_prefix

from cift_operator.components.access import Access


@dataclass(frozen=True)
class Permissions:
    """Allow-lists; a subject that neither list has is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def permissions(user: str, access: Access, consumers: Iterable[DurableConsumer]) -> Permissions:
    """`consumers` are those that exist: whoever keeps the streams makes them all.

    Nobody may delete or purge a stream, delete a consumer, or delete or fetch single messages.
    """
    publish = list(access.publishes)
    subscribe = [*access.subscribes, f"{inbox_prefix(user)}.>"]
    for consumer in access.consumes:
        publish += [
            f"$JS.API.CONSUMER.INFO.{consumer.stream}.{consumer.durable}",
            f"$JS.ACK.{consumer.stream}.{consumer.durable}.>",
        ]
        subscribe.append(consumer.deliver_subject)
    if access.keeps_streams:
        for stream in STREAMS:
            publish += [f"$JS.API.STREAM.{verb}.{stream.name}" for verb in ("INFO", "CREATE")]
        for consumer in consumers:
            path = f"{consumer.stream}.{consumer.durable}"
            publish += [f"$JS.API.CONSUMER.{verb}.{path}" for verb in ("INFO", "DURABLE.CREATE")]
    if access.monitors:
        publish += ["$JS.API.STREAM.LIST", "$JS.API.CONSUMER.LIST.*"]
    return Permissions(tuple(dict.fromkeys(publish)), tuple(dict.fromkeys(subscribe)))
