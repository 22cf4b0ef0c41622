"""Who may do what in the PostgreSQL that we run: roles, passwords, owners, as SQL and as the script that applies it.

It is applied before each start of the server, without it (`postgres --single`): a rotated password counts, and a data
folder of an older release, where one superuser owned everything, is taken over.
"""

from collections.abc import Iterable

from cift_operator.api import PlatformSpec
from cift_operator.components.access import ACCESS, ADMINISTRATOR, services
from cift_operator.components.model import ConfigFile, GeneratedSecret
from cift_operator.components.values import Part, Secret, Text

DATABASE = "cift"
MLFLOW = "mlflow"
"""The database of the model registry, and the role that owns it."""
OWNER = "cift_owner"
"""Owns the database and every schema, and cannot log in."""
MIGRATIONS = "migrations"
"""May become the owner: for migrations and a restore."""
BACKUP = "backup"

ROLES_FILE = "roles.sql"
DATABASE_FILE = "database.sql"
MLFLOW_FILE = "mlflow.sql"

_REMOTE = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT"


def password(role: str) -> GeneratedSecret:
    """The password of one role; the administrator's is `password`."""
    return GeneratedSecret("postgres", "password" if role == ADMINISTRATOR else role, bytes=24)


def service_roles(spec: PlatformSpec) -> tuple[str, ...]:
    """The services that log in to the database."""
    return tuple(name for name in services(spec) if ACCESS[name].schema or ACCESS[name].monitors)


def login_roles(spec: PlatformSpec) -> tuple[str, ...]:
    """Every role with a password but the administrator."""
    return (*service_roles(spec), MIGRATIONS, BACKUP, *((MLFLOW,) if has_mlflow(spec) else ()))


def has_mlflow(spec: PlatformSpec) -> bool:
    return spec.forecast.enabled and spec.stores.mlflow.external is None


def files(spec: PlatformSpec) -> tuple[ConfigFile, ...]:
    """What `APPLY` runs."""
    found = [ConfigFile(ROLES_FILE, _roles(spec)), ConfigFile(DATABASE_FILE, _database(spec))]
    if has_mlflow(spec):
        found.append(ConfigFile(MLFLOW_FILE, _mlflow()))
    return tuple(found)


# `postgres --single -j` takes statements that end with a semicolon and an empty line. It repeats one that fails, the
# password included: only the error itself is shown.
APPLY = """\
roles=$(dirname "$CIFT_ROLES_FILE")
run() {
  said=$(postgres --single -j -D "$PGDATA" "$1" 2>&1) || true
  case $said in *ERROR:*|*FATAL:*|*PANIC:*)
    echo "the roles of PostgreSQL cannot be set in the database $1:" >&2
    printf '%s\\n' "$said" | grep -E 'ERROR:|FATAL:|PANIC:|DETAIL:|HINT:' >&2
    exit 1;;
  esac
  printf '%s\\n' "$said"
}
query() { printf '%s;\\n\\n' "$2" | run "$1"; }
run postgres < "$roles/roles.sql" > /dev/null
if [ -f "$roles/mlflow.sql" ]; then
  case $(query postgres "SELECT datname AS database FROM pg_database") in
    *'"mlflow"'*) ;;
    # The registry of an older release was a schema beside the others: the copy loses them, and they lose it.
    *) case $(query cift "SELECT nspname AS schema FROM pg_namespace") in
         *'"mlflow"'*) query postgres "CREATE DATABASE mlflow OWNER mlflow TEMPLATE cift" > /dev/null;;
         *) query postgres "CREATE DATABASE mlflow OWNER mlflow" > /dev/null;;
       esac;;
  esac
  run mlflow < "$roles/mlflow.sql" > /dev/null
fi
run cift < "$roles/database.sql" > /dev/null
"""
"""Takes $PGDATA and $CIFT_ROLES_FILE, one of `files`."""


def _roles(spec: PlatformSpec) -> Text:
    """Roles exist once a server, their passwords too."""
    parts: list[Part] = [
        _missing(OWNER),
        f"ALTER ROLE {OWNER} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD NULL;\n\n",
        *_login(ADMINISTRATOR, ""),
    ]
    for role in login_roles(spec):
        parts += [_missing(role), *_login(role, f"{_REMOTE} ")]
    for role in service_roles(spec):
        if ACCESS[role].monitors:
            parts.append(f"GRANT pg_monitor TO {role} WITH INHERIT TRUE;\n\n")
    parts += [
        f"GRANT pg_read_all_data TO {BACKUP} WITH INHERIT TRUE;\n\n",
        f"GRANT {OWNER} TO {MIGRATIONS} WITH INHERIT FALSE, SET TRUE;\n\n",
        *(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC;\n\n" for name in ("postgres", "template1")),
    ]
    return Text(tuple(parts))


def _login(role: str, attributes: str) -> tuple[Part, ...]:
    secret = password(role)
    return f"ALTER ROLE {role} {attributes}PASSWORD '", Secret(secret.name, secret.key), "';\n\n"


def _missing(role: str) -> str:
    return f"DO $$ BEGIN IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role}; END IF; END $$;\n\n"


def _database(spec: PlatformSpec) -> str:
    """The platform's database: its owner, and who may connect. What they may do there, migrations say."""
    connect = ", ".join((*service_roles(spec), MIGRATIONS, BACKUP))
    schemas = [ACCESS[name].schema for name in ACCESS if ACCESS[name].schema]
    statements = [
        f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {connect}",
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        _take_over(schemas, OWNER),
    ]
    if has_mlflow(spec):
        statements.append(f"DROP SCHEMA IF EXISTS {MLFLOW} CASCADE")
    return _text(statements)


def _mlflow() -> str:
    """The registry's own database; a copy of the platform's is freed of what is not its."""
    schemas = ", ".join(ACCESS[name].schema for name in ACCESS if ACCESS[name].schema)
    return _text(
        [
            f"DROP SCHEMA IF EXISTS {schemas} CASCADE",
            f"ALTER DATABASE {MLFLOW} OWNER TO {MLFLOW}",
            f"REVOKE ALL ON DATABASE {MLFLOW} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {MLFLOW} TO {BACKUP}",
            f"ALTER SCHEMA public OWNER TO {MLFLOW}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            _take_over([MLFLOW], MLFLOW),
        ]
    )


def _take_over(schemas: Iterable[str], owner: str) -> str:
    """Schemas and all that is in them get this owner. Sequences of identity columns follow their tables."""
    named = ", ".join(f"'{schema}'" for schema in schemas)
    return f"""\
DO $$ DECLARE statement text; BEGIN
  FOR statement IN
    SELECT format('ALTER SCHEMA %I OWNER TO {owner}', nspname) FROM pg_namespace
      WHERE nspname IN ({named}) AND nspowner <> '{owner}'::regrole
    UNION ALL
    SELECT format('ALTER TABLE %s OWNER TO {owner}', c.oid::regclass) FROM pg_class c
      WHERE relnamespace::regnamespace::text IN ({named}) AND relowner <> '{owner}'::regrole
        AND (relkind IN ('r', 'p', 'v', 'm', 'f') OR relkind = 'S' AND NOT EXISTS (
          SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
    UNION ALL
    SELECT format('ALTER TYPE %s OWNER TO {owner}', t.oid::regtype) FROM pg_type t
      LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE typnamespace::regnamespace::text IN ({named}) AND typowner <> '{owner}'::regrole
        AND (typtype IN ('e', 'd', 'r') OR typtype = 'c' AND c.relkind = 'c')
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO {owner}', p.oid::regprocedure) FROM pg_proc p
      WHERE pronamespace::regnamespace::text IN ({named}) AND proowner <> '{owner}'::regrole
  LOOP
    EXECUTE statement;
  END LOOP;
END $$"""


def _text(statements: Iterable[str]) -> str:
    return "".join(f"{statement};\n\n" for statement in statements)
