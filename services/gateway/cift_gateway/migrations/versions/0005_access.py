"""Disabled users, scopes and ends of API keys, where credentials are used, security events."""

from cift_common import migrations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    migrations.execute_sql(__file__)
