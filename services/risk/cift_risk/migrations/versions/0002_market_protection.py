"""How far beyond the market an order without a limit may execute."""

from cift_common import migrations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    migrations.execute_sql(__file__)
