from cift_common import migrations

migrations.run()
