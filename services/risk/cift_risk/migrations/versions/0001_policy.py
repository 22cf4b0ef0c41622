"""The policy, its change log, and breaches."""

from cift_common import migrations

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations.execute_sql(__file__)
