"""Groups of orders: bracket, one cancels other, one triggers other."""

from cift_common import migrations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    migrations.execute_sql(__file__)
