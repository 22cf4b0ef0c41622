"""Verified e-mail addresses, and codes that are good once: invites, verifications, password resets."""

from cift_common import migrations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    migrations.execute_sql(__file__)
