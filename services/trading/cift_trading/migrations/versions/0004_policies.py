"""Self-trade prevention of accounts; the duration of held exits follows their entry."""

from cift_common import migrations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    migrations.execute_sql(__file__)
