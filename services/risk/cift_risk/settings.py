"""What the risk service takes from its environment."""

from cift_common.settings import ServiceSettings


class RiskSettings(ServiceSettings):
    # How long an engine may go on without asking again.
    risk_lease_seconds: float = 10
