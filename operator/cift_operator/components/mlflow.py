"""MLflow: experiments and the registry of models, in a database of its own in PostgreSQL; files on a volume."""

from cift_operator.api import PlatformSpec, TradingPlatform
from cift_operator.api.resources import resources
from cift_operator.components import postgres
from cift_operator.components.model import Component, Port, Probe, Stage, Volume
from cift_operator.components.postgres_roles import MIGRATIONS
from cift_operator.components.service import image
from cift_operator.components.values import Address, Folder, Host, PortNumber, Secret, Value, text

SCHEMA = "mlflow"
_MAKE_SCHEMA = f"""\
import os, psycopg2
role = os.environ.get("CIFT_DATABASE_ROLE")
with psycopg2.connect(os.environ["CIFT_DATABASE_URL"]) as connection, connection.cursor() as cursor:
    cursor.execute("CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for kind in ("SCHEMA", "ALL TABLES IN SCHEMA", "ALL SEQUENCES IN SCHEMA") if role else ():
        cursor.execute("GRANT ALL ON " + kind + " {SCHEMA} TO " + role)
"""


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    store = spec.stores.mlflow.settings
    return Component(
        name="mlflow",
        stage=Stage.EDGE,
        image=image(platform, "mlflow"),
        version=spec.version,
        command=("mlflow", "server"),
        args=(
            "--host",
            Host(),
            "--port",
            PortNumber("http"),
            "--workers",
            "1",
            "--artifacts-destination",
            Folder("artifacts"),
            "--serve-artifacts",
            # Any other name in a request is refused: a page in somebody's browser must not reach it.
            "--allowed-hosts",
            text(Address("mlflow", "http"), ",localhost:*,127.0.0.1:*"),
        ),
        env={
            "MLFLOW_BACKEND_STORE_URI": postgres.url(spec, SCHEMA),
            "PGOPTIONS": f"-c search_path={SCHEMA}",
            # Otherwise it starts ten processes of 2 GB.
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        },
        ports=(Port("http", 5000, scheme="http"),),
        readiness=Probe("http", "http", "/health", start_seconds=300),
        volumes=(Volume("artifacts", "/mlartifacts", size=store.storage.size, class_name=store.storage.class_name),),
        depends_on=("postgres", "migrate-mlflow"),
        resources=store.resources,
        needs=resources("100m", "640Mi", "1Gi"),
        pod=store.pod,
        stop_seconds=10,
    )


def migration(platform: TradingPlatform) -> Component:
    """Makes the schema; its tables are MLflow's own affair."""
    return Component(
        name="migrate-mlflow",
        kind="task",
        stage=Stage.MIGRATIONS,
        image=image(platform, "mlflow"),
        version=platform.spec.version,
        command=("python", "-c", _MAKE_SCHEMA),
        env=_migration_env(platform.spec),
        depends_on=("postgres", "restore"),
    )


def _migration_env(spec: PlatformSpec) -> dict[str, Value]:
    """CloudNativePG makes one database: there the registry is a schema of it, which the database's owner makes."""
    if spec.stores.postgres.mode == "cloudNativePG":
        return {"CIFT_DATABASE_URL": postgres.url(spec, MIGRATIONS), "CIFT_DATABASE_ROLE": SCHEMA}
    return {"CIFT_DATABASE_URL": postgres.url(spec, SCHEMA)}


def url(spec: PlatformSpec) -> Value:
    """Where models are registered."""
    if (external := spec.stores.mlflow.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    return text("http://", Address("mlflow", "http"))
