"""Orders, executions, positions, cash, ledger, audit trail, outbox."""

from cift_common import migrations

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations.execute_sql(__file__)
