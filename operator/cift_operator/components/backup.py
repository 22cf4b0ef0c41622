"""Backups of PostgreSQL on schedule, to a volume or a bucket; and the restore that a new platform may begin with.

A backup is one file of `pg_dump`: a consistent picture of the moment that its name tells. It holds the database and
nothing else: what was on its way in NATS comes again from the outbox, the cache is rebuilt, and the venue's journal
stays where it is.
"""

from cift_operator.api import PlatformSpec
from cift_operator.api.backup import BackupSpec, FromBackupSpec, S3Spec
from cift_operator.api.resources import resources
from cift_operator.components import postgres
from cift_operator.components.model import Component, Stage, Volume
from cift_operator.components.postgres_roles import BACKUP, MIGRATIONS, OWNER
from cift_operator.components.values import Secret, Value

RCLONE = "rclone/rclone:1.71"
_FOLDER = "/backups"

# A file is whole or has another name; `sort` is by time because the names are.
_DUMP = """\
set -eu
cd "$BACKUP_FOLDER"
name=$(date -u +%Y%m%dT%H%M%SZ).dump
pg_dump --dbname="$CIFT_DATABASE_URL" --format=custom --no-owner --no-privileges --file="$name.part"
mv "$name.part" "$name"
echo "backup $name $(wc -c < "$name") bytes"
"""

_KEEP_IN_VOLUME = """\
ls -1 | grep '\\.dump$' | sort -r | tail -n +$((BACKUP_KEEP + 1)) | while read -r old; do rm -f "$old"; done
"""

_TO_BUCKET = """\
set -eu
cd "$BACKUP_FOLDER"
for name in *.dump; do rclone copyto --retries 5 "$name" "store:$BACKUP_BUCKET/$name"; done
rclone lsf --files-only --include '*.dump' "store:$BACKUP_BUCKET" | sort -r | tail -n +$((BACKUP_KEEP + 1)) |
  while read -r old; do rclone deletefile "store:$BACKUP_BUCKET/$old"; done
"""

_FROM_BUCKET = """\
set -eu
name=$BACKUP_NAME
if [ "$name" = latest ]; then
  name=$(rclone lsf --files-only --include '*.dump' "store:$BACKUP_BUCKET" | sort | tail -n 1)
fi
name=${name%.dump}.dump
rclone copyto --retries 5 "store:$BACKUP_BUCKET/$name" "$BACKUP_FOLDER/$name"
"""

# Once: whatever starts it again finds a database that is in use.
_RESTORE = """\
set -eu
cd "$BACKUP_FOLDER"
in_use=$(psql --dbname="$CIFT_DATABASE_URL" -tAc \\
  "SELECT count(*) FROM pg_namespace WHERE nspname IN ('auth', 'trading', 'risk', 'execution')")
if [ "$in_use" != 0 ]; then echo "the database holds data already; nothing is restored"; exit 0; fi
name=$BACKUP_NAME
if [ "$name" = latest ]; then name=$(ls -1 | grep '\\.dump$' | sort | tail -n 1); fi
name=${name%.dump}.dump
if [ ! -f "$name" ]; then
  echo "there is no backup $name; there are: $(ls -1 | grep '\\.dump$' | tr '\\n' ' ')" >&2
  exit 1
fi
sql=$(mktemp -d)
pg_restore --no-owner --no-privileges --exclude-schema=mlflow --file="$sql/restored" "$name"
cat > "$sql/anew" <<'END'
DO $anew$ BEGIN
  IF to_regclass('execution.cursor') IS NOT NULL THEN
    -- The paper venue begins anew: it knows no report and no order of before.
    DELETE FROM execution.cursor WHERE broker = 'paper';
    DELETE FROM execution.sent_order WHERE broker = 'paper';
  END IF;
  IF to_regclass('trading.audit_sealer') IS NOT NULL THEN
    -- This server counts transactions from its own beginning. What no seal covers yet becomes part of this one.
    ALTER TABLE trading.events DISABLE TRIGGER append_only;
    UPDATE trading.events e SET xid = pg_current_xact_id()
      WHERE NOT EXISTS (SELECT FROM trading.audit_seals s WHERE s.position = e.position);
    ALTER TABLE trading.events ENABLE TRIGGER append_only;
    UPDATE trading.audit_sealer SET horizon = pg_current_xact_id();
  END IF;
END $anew$;
END
psql --dbname="$CIFT_DATABASE_URL" --quiet --set=ON_ERROR_STOP=1 --single-transaction \\
  --file="$sql/restored" --file="$sql/anew" > /dev/null
rm -r "$sql"
echo "restored $name"
"""


def components(spec: PlatformSpec) -> list[Component]:
    """The job and the task, as far as they are asked for."""
    found = []
    if spec.backup is not None and spec.stores.postgres.mode == "managed":
        found.append(_backup(spec, spec.backup))
    if spec.bootstrap is not None and spec.stores.postgres.mode == "managed":
        found.append(_restore(spec, spec.bootstrap.from_backup))
    return found


def _backup(spec: PlatformSpec, wanted: BackupSpec) -> Component:
    volume, bucket = wanted.destination.volume, wanted.destination.s3
    env: dict[str, Value] = {"CIFT_DATABASE_URL": postgres.url(spec, BACKUP), "BACKUP_KEEP": str(wanted.keep)}
    volumes: tuple[Volume, ...] = ()
    if volume is not None:
        volumes = (Volume("backups", _FOLDER, size=volume.size, class_name=volume.class_name),)
        script, setup, setup_image = _DUMP + _KEEP_IN_VOLUME, "", ""
        image = postgres.IMAGE
    else:
        assert bucket is not None
        script, setup, setup_image = _TO_BUCKET, _DUMP, postgres.IMAGE
        image = RCLONE
    return Component(
        name="backup",
        kind="job",
        stage=Stage.EDGE,
        image=image,
        command=("/bin/sh", "-c", script),
        env=env | _places(bucket),
        setup=setup,
        setup_image=setup_image,
        volumes=volumes,
        schedule=wanted.schedule,
        depends_on=("postgres",),
        needs=resources("50m", "64Mi", "512Mi"),
        user=postgres.USER,
        cluster_only=True,
        external_egress=_endpoint(bucket),
    )


def _restore(spec: PlatformSpec, wanted: FromBackupSpec) -> Component:
    env: dict[str, Value] = {
        "CIFT_DATABASE_URL": postgres.url(spec, MIGRATIONS),
        # Everything that is restored belongs to the owner.
        "PGOPTIONS": f"-c role={OWNER}",
        "BACKUP_NAME": wanted.name,
    }
    volumes = (Volume("backups", _FOLDER, claim=wanted.volume_claim),) if wanted.volume_claim else ()
    return Component(
        name="restore",
        kind="task",
        stage=Stage.RESTORE,
        image=postgres.IMAGE,
        command=("/bin/sh", "-c", _RESTORE),
        env=env | _places(wanted.s3),
        setup=_FROM_BUCKET if wanted.s3 else "",
        setup_image=RCLONE if wanted.s3 else "",
        volumes=volumes,
        depends_on=("postgres",),
        needs=resources("50m", "64Mi", "512Mi"),
        user=postgres.USER,
        cluster_only=True,
        external_egress=_endpoint(wanted.s3),
    )


def _places(bucket: S3Spec | None) -> dict[str, Value]:
    """Where backups are, in the pod and outside; rclone reads its remote `store` from the environment."""
    if bucket is None:
        return {"BACKUP_FOLDER": _FOLDER}
    return {
        "BACKUP_FOLDER": "/tmp",
        "BACKUP_BUCKET": "/".join(part.strip("/") for part in (bucket.bucket, bucket.prefix) if part.strip("/")),
        "RCLONE_CONFIG": "/tmp/rclone.conf",
        "RCLONE_CONFIG_STORE_TYPE": "s3",
        "RCLONE_CONFIG_STORE_PROVIDER": "Other" if bucket.endpoint else "AWS",
        "RCLONE_CONFIG_STORE_ENDPOINT": bucket.endpoint or "",
        "RCLONE_CONFIG_STORE_REGION": bucket.region,
        # Buckets are made by whoever owns them.
        "RCLONE_CONFIG_STORE_NO_CHECK_BUCKET": "true",
        "RCLONE_CONFIG_STORE_ACCESS_KEY_ID": Secret(bucket.credentials_from, "accessKeyId"),
        "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY": Secret(bucket.credentials_from, "secretAccessKey"),
    }


def _endpoint(bucket: S3Spec | None) -> tuple[Value, ...]:
    return () if bucket is None else (bucket.endpoint or f"https://s3.{bucket.region}.amazonaws.com",)
