"""What a request must be before anything else looks at it: meant for us, from a page of ours, and made of text."""

import urllib.parse

from cift_common import errors
from cift_common.errors import CiftError
from starlette.types import Scope

from cift_gateway.domain.site import Site

PROBES = frozenset({"/healthz", "/readyz"})
COOKIE = "cift_refresh"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Misdirected(errors.InvalidArgument):
    """The request names a host that is not ours."""

    default_reason = "UNKNOWN_HOST"


class ForeignOrigin(errors.PermissionDenied):
    default_reason = "FOREIGN_ORIGIN"


def check(scope: Scope, site: Site) -> CiftError | None:
    """What is wrong with a request or a handshake; None where nothing is."""
    if scope["path"] in PROBES:
        # A kubelet names the pod's address.
        return None
    host = origin = ""
    hosts = 0
    has_cookie = False
    for name, value in scope["headers"]:
        if name == b"host":
            host, hosts = value.decode("latin-1"), hosts + 1
        elif name == b"origin":
            origin = value.decode("latin-1")
        elif name == b"cookie":
            has_cookie = has_cookie or COOKIE.encode() in value
    if hosts != 1 or not site.allows_host(host):
        return Misdirected(
            "the header Host names no host of this gateway; CIFT_ALLOWED_HOSTS or security.allowedHosts lists more",
            field="Host",
            limit=", ".join(sorted(site.hosts)),
        )
    if origin and not site.allows_origin(origin.lower(), host) and _uses_browser(scope, has_cookie):
        return ForeignOrigin(
            "pages of another origin may not use this; CIFT_ALLOWED_ORIGINS lists those that may", field="Origin"
        )
    return _check_text(scope)


def _uses_browser(scope: Scope, has_cookie: bool) -> bool:
    """A stream, or a request that a browser sends or receives the cookie with."""
    if scope["type"] == "websocket":
        return True
    return has_cookie or (scope["path"].startswith("/auth/") and scope["method"] not in _SAFE)


def _check_text(scope: Scope) -> CiftError | None:
    """Names and values are UTF-8 without U+0000."""
    if b"%" not in scope["query_string"] and b"%" not in scope["raw_path"]:
        return None
    if not _is_text(scope["raw_path"]):
        return _no_text("path")
    for pair in scope["query_string"].split(b"&"):
        if not _is_text(pair):
            name = urllib.parse.unquote(pair.partition(b"=")[0].decode("latin-1"))
            return _no_text(name[:64] if name.isprintable() and name.isascii() else "query")
    return None


def _is_text(quoted: bytes) -> bool:
    raw = urllib.parse.unquote_to_bytes(quoted)
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


def _no_text(field: str) -> CiftError:
    return errors.InvalidArgument(f"{field} must be UTF-8 without U+0000", field=field, limit="UTF-8 without U+0000")
