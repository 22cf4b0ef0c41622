"""Config files, secrets and certificates: what pods mount, and the hash whose change starts a pod again."""

import base64
import hashlib
import json
from typing import Any

from cift_operator.api import TradingPlatform
from cift_operator.components.model import Component, ConfigFile
from cift_operator.components.values import Authority, Certificate
from cift_operator.render.kubernetes.facts import TlsMaterial
from cift_operator.render.kubernetes.names import component_labels, labels, metadata
from cift_operator.render.kubernetes.values import Inside, MissingFact, Scope


def generated_secrets(scope: Scope) -> list[dict[str, Any]]:
    """One secret a name, with all its keys. They outlive the platform as its volumes do: the audit trail's key is among
    them. Raises `MissingFact`."""
    keys: dict[str, dict[str, str]] = {}
    for name, key in sorted(scope.generated):
        if (name, key) not in scope.facts.secrets:
            raise MissingFact(f"the facts have no secret {name}/{key}")
        keys.setdefault(name, {})[key] = _encoded(scope.facts.secrets[name, key])
    owned = scope.platform.spec.deletion_policy == "delete"
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata(scope.platform, scope.facts, scope.name(name), labels(scope.platform), owned=owned),
            "type": "Opaque",
            "data": data,
        }
        for name, data in keys.items()
    ]


def shared_config(scope: Scope) -> list[dict[str, Any]]:
    """The files that several components read, once."""
    found: dict[str, tuple[Component, ConfigFile]] = {}
    for component in scope.components.values():
        for file in component.files:
            if file.shared:
                found.setdefault(file.name, (component, file))
    if not found:
        return []
    data = {name: Inside(scope, component).content(file.content) for name, (component, file) in sorted(found.items())}
    body = metadata(scope.platform, scope.facts, scope.name("platform"), labels(scope.platform))
    return [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": body, "data": data}]


def own_config(scope: Scope, component: Component) -> list[dict[str, Any]]:
    """A config map for the files, a secret for those with secrets in them, one for the certificate."""
    inside = Inside(scope, component)
    found: list[dict[str, Any]] = []
    own = [file for file in component.files if not file.shared]
    for kind, files in (("ConfigMap", [f for f in own if not f.secret]), ("Secret", [f for f in own if f.secret])):
        if files:
            content = {file.name: inside.content(file.content) for file in files}
            found.append(_object(scope, component, kind, "config", content))
    return [*found, *certificate_secret(scope, component)]


def certificate_secret(scope: Scope, component: Component) -> list[dict[str, Any]]:
    """The certificate of a component with its key, where it has one."""
    if (material := tls(scope, component)) is None:
        return []
    content = {"ca.crt": material.ca, "tls.crt": material.certificate, "tls.key": material.key}
    return [_object(scope, component, "Secret", "tls", content) | {"type": "kubernetes.io/tls"}]


def tls(scope: Scope, component: Component) -> TlsMaterial | None:
    """The certificate of a component, where it has one; raises `MissingFact`."""
    if not has_certificate(scope.platform, component):
        return None
    if component.name not in scope.facts.tls:
        raise MissingFact(f"{component.name} needs a certificate")
    return scope.facts.tls[component.name]


def has_certificate(platform: TradingPlatform, component: Component) -> bool:
    return component.serves_tls or (platform.spec.tls and component.secured and component.kind == "service")


def speaks_tls(scope: Scope, component: Component) -> bool:
    """One of our services that takes CIFT_TLS_*."""
    return component.secured and has_certificate(scope.platform, component)


def trusted(scope: Scope, component: Component) -> Component | None:
    """The store whose CA a component without a certificate of its own has to know: they all have the same."""
    if has_certificate(scope.platform, component) or Certificate("ca.crt") not in component.values():
        return None
    return next(other for _, other in sorted(scope.components.items()) if other.serves_tls)


def certificates(scope: Scope, component: Component, name: str) -> dict[str, Any] | None:
    """The folder with the component's certificate, or only with the CA."""
    if has_certificate(scope.platform, component):
        secret = {"secretName": scope.name(component.name, "tls"), "defaultMode": 0o440}
    elif (other := trusted(scope, component)) is not None:
        items = [{"key": "ca.crt", "path": "ca.crt"}]
        secret = {"secretName": scope.name(other.name, "tls"), "defaultMode": 0o440, "items": items}
    else:
        return None
    return {"name": name, "secret": secret}


def authorities(scope: Scope, component: Component, name: str) -> dict[str, Any] | None:
    """The CAs of stores that installed operators run, each in a folder of the store's name."""
    stores = sorted({part.component for part in component.values() if isinstance(part, Authority)})
    if not stores:
        return None
    sources = [
        # CloudNativePG calls it so.
        {"secret": {"name": scope.name(store, "ca"), "items": [{"key": "ca.crt", "path": f"{store}/ca.crt"}]}}
        for store in stores
    ]
    return {"name": name, "projected": {"defaultMode": 0o440, "sources": sources}}


def volume(scope: Scope, component: Component, name: str) -> dict[str, Any] | None:
    """The folder of all config files; not by subPath, so that a change arrives in the running pod."""
    sources: list[dict[str, Any]] = []
    own = [file for file in component.files if not file.shared]
    if any(not file.secret for file in own):
        sources.append({"configMap": {"name": scope.name(component.name, "config")}})
    if any(file.secret for file in own):
        sources.append({"secret": {"name": scope.name(component.name, "config")}})
    shared = sorted(file.name for file in component.files if file.shared)
    if shared:
        items = [{"key": file, "path": file} for file in shared]
        sources.append({"configMap": {"name": scope.name("platform"), "items": items}})
    return {"name": name, "projected": {"defaultMode": 0o440, "sources": sources}} if sources else None


def digest(scope: Scope, components: list[Component]) -> str:
    """Changes when one of the pod's components has to start again to read what is new: a file (but for what may change
    under a running process, as limits and halt), a secret, a certificate."""
    read: dict[str, Any] = {}
    for component in components:
        inside = Inside(scope, component)
        read[component.name] = {
            "files": {
                file.name: inside.content(file.content if file.restart is None else file.restart)
                for file in component.files
            },
            "secrets": {
                f"{part.name}/{part.key}": scope.facts.secrets.get((part.name, part.key)) for part in inside.secrets()
            },
            "tls": _known_certificates(scope, component),
        }
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:16]


def _known_certificates(scope: Scope, component: Component) -> list[str] | None:
    if (material := tls(scope, component)) is not None:
        return [material.ca, material.certificate]
    store = trusted(scope, component)
    material = tls(scope, store) if store is not None else None
    return [material.ca] if material is not None else None


def _object(scope: Scope, component: Component, kind: str, suffix: str, content: dict[str, str]) -> dict[str, Any]:
    name = scope.name(component.name, suffix)
    body = metadata(scope.platform, scope.facts, name, component_labels(scope.platform, component))
    if kind == "ConfigMap":
        return {"apiVersion": "v1", "kind": kind, "metadata": body, "data": content}
    data = {key: _encoded(value) for key, value in content.items()}
    return {"apiVersion": "v1", "kind": kind, "metadata": body, "type": "Opaque", "data": data}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
