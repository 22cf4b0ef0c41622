"""What an HTTP request to ClickHouse asks for: a query with a result, an insert of a block, or a command."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Of the HTTP interface or of the client; the rest of the URL's parameters are settings.
_NOT_SETTINGS = frozenset(
    {
        "query", "database", "default_format", "session_id", "session_timeout", "session_check", "compress",
        "decompress", "buffer_size", "enable_http_compression", "wait_end_of_query", "send_progress_in_http_headers",
        "http_headers_progress_interval_ms", "query_id", "user", "password", "client_protocol_version", "role",
        "quota_key", "cancel_http_readonly_queries_on_client_close",
    }
)  # fmt: skip
_INSERT = re.compile(
    r"^\s*insert\s+into\s+(?:table\s+)?(?P<table>[`\"\w.]+)\s*(?:\((?P<columns>[^)]*)\))?\s*"
    r"(?:settings\s+[^\n]*?\s)?format\s+(?P<format>\w+)[ \t]*\r?\n?",
    re.I,
)
_READS = re.compile(
    r"\s*(?:--[^\n]*\n|/\*.*?\*/|\s|\()*(?:select|with|show|describe|desc|explain|exists|check)\b", re.I | re.S
)
_FORMAT = re.compile(r"\bformat\s+(\w+)\s*;?\s*$", re.I)
_HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Statement:
    """`block` is the data of an insert, `sql` everything else."""

    sql: str = ""
    format: str = "TabSeparated"
    reads: bool = False
    table: str = ""
    columns: tuple[str, ...] | None = None
    block: bytes = b""
    database: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


def parse(url_parameters: Iterable[tuple[str, str]], body: bytes) -> Statement:
    """As ClickHouse reads it: the URL's `query`, then the body."""
    url = dict(url_parameters)
    raw = url["query"].encode() + b"\n" + body if url.get("query") else body
    database = url.get("database", "")
    parameters = {name[6:]: value for name, value in url.items() if name.startswith("param_")}
    settings = {n: value for n, value in url.items() if n not in _NOT_SETTINGS and not n.startswith("param_")}
    head = raw[:_HEAD_BYTES].decode("latin-1")
    if (insert := _INSERT.match(head)) is not None:
        columns = insert["columns"]
        names = tuple(name.strip().strip('`"') for name in columns.split(",")) if columns else None
        return Statement(
            table=insert["table"],
            columns=names,
            format=insert["format"],
            block=raw[insert.end() :],
            database=database,
            settings=settings,
        )
    sql = raw.decode().strip().rstrip(";")
    found = _FORMAT.search(sql)
    return Statement(
        sql=sql[: found.start()] if found else sql,
        format=found[1] if found else url.get("default_format", "TabSeparated"),
        reads=_READS.match(sql) is not None,
        database=database,
        parameters=parameters,
        settings=settings,
    )
