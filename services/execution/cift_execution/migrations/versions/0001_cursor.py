"""The cursor of each broker, and the orders that were sent."""

from cift_common import migrations

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations.execute_sql(__file__)
