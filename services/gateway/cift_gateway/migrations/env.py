"""Alembic's entry: the shared runner does the work."""

from cift_common import migrations

migrations.run()
