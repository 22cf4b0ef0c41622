"""NATS, as JetStream's own API tells: streams, and how far behind their consumers are."""

from prometheus_client import Gauge

from cift_common.messaging import Messenger

_messages = Gauge("nats_jetstream_stream_messages", "Messages that a stream holds", ["stream"])
_bytes = Gauge("nats_jetstream_stream_bytes", "Bytes that a stream holds", ["stream"])
_bytes_max = Gauge("nats_jetstream_stream_bytes_max", "Bytes after which it drops the oldest", ["stream"])
_last = Gauge("nats_jetstream_stream_last_sequence", "Number of the last message", ["stream"])
_pending = Gauge(
    "nats_jetstream_consumer_pending", "Messages that a consumer has not been given yet", ["stream", "consumer"]
)
_unacknowledged = Gauge(
    "nats_jetstream_consumer_unacknowledged",
    "Messages that a consumer has been given and has not acknowledged",
    ["stream", "consumer"],
)
_redelivered = Gauge(
    "nats_jetstream_consumer_redelivered", "Messages that were given again and are not done yet", ["stream", "consumer"]
)


class JetStream:
    name = "nats"

    def __init__(self, url: str) -> None:
        self._url = url
        self._messenger: Messenger | None = None

    async def read(self) -> None:
        """Raises what nats-py raises when the server is away."""
        if self._messenger is None:
            self._messenger = await Messenger.connect(self._url, "exporter")
        jetstream = self._messenger.jetstream
        for stream in await jetstream.streams_info():
            name = stream.config.name or ""
            _messages.labels(name).set(stream.state.messages)
            _bytes.labels(name).set(stream.state.bytes)
            _bytes_max.labels(name).set(stream.config.max_bytes or 0)
            _last.labels(name).set(stream.state.last_seq)
            for consumer in await jetstream.consumers_info(name):
                _pending.labels(name, consumer.name).set(consumer.num_pending or 0)
                _unacknowledged.labels(name, consumer.name).set(consumer.num_ack_pending or 0)
                _redelivered.labels(name, consumer.name).set(consumer.num_redelivered or 0)

    async def close(self) -> None:
        if self._messenger is not None:
            await self._messenger.close()
            self._messenger = None
