"""What the gateway and its command line both make from the settings."""

from cift_common import secret
from cift_common.principal import Signer
from pydantic import SecretStr

from cift_gateway.adapters.backends import Backends
from cift_gateway.settings import Settings


def backends_of(settings: Settings) -> Backends:
    """The services that the settings name, and the keys that sign for whom they are called."""
    return Backends(
        settings.trading_address,
        settings.risk_address,
        settings.execution_address,
        settings.marketdata_address,
        settings.call_timeout_seconds,
        analytics=settings.analytics_address,
        forecast=settings.forecast_address,
        trading_principals=_signer("CIFT_TRADING_PRINCIPAL_KEY", settings.trading_principal_key),
        risk_principals=_signer("CIFT_RISK_PRINCIPAL_KEY", settings.risk_principal_key),
    )


def _signer(variable: str, key: SecretStr | None) -> Signer | None:
    return Signer(secret.ring(variable, key.get_secret_value())) if key is not None else None
