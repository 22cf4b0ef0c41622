"""Quarantined execution reports."""

from cift_common import migrations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    migrations.execute_sql(__file__)
