"""Settings of analytics, from CIFT_ variables."""

from functools import cached_property

from cift_common import secret
from cift_common.settings import ServiceSettings
from pydantic import SecretStr


class AnalyticsSettings(ServiceSettings):
    # http://user:password@host:port/database, or https with ?ca_cert=FILE
    clickhouse_url: SecretStr = SecretStr("http://default@127.0.0.1:8123/cift")
    # Shared with trading alone: seals the updates of accounts. Empty: what NATS brings only wakes, and is fetched.
    seal_key: SecretStr = SecretStr("")
    # How long updates are gathered before they are written together.
    batch_seconds: float = 0.25
    batch_size_max: int = 2000
    # How often the books are compared with trading.
    catch_up_seconds: float = 30
    # A question that takes longer is given up.
    question_seconds_max: int = 30

    @cached_property
    def seal_secrets(self) -> tuple[bytes, ...]:
        """The keys of the ring, none where nothing is sealed."""
        ring = self.seal_key.get_secret_value()
        return secret.ring("CIFT_SEAL_KEY", ring) if ring else ()
