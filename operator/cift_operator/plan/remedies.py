"""What is wrong with a component, and what to do: the field of the spec, and the remedy."""

import re

from cift_operator.plan.health import FULL, Waiting

_STORES = {"postgres": "postgres", "nats": "nats", "valkey": "cache", "questdb": "questdb", "clickhouse": "clickhouse"}


def field_of(component: str) -> str:
    """Where the spec speaks of this component."""
    if component in _STORES:
        return f"spec.stores.{_STORES[component]}"
    return f"spec.services.{component.removeprefix('migrate-')}"


def explain(component: str, waiting: Waiting) -> str:
    """One sentence on what is wrong, one on the remedy."""
    field, said = field_of(component), " ".join(waiting.message.split())
    match waiting.reason:
        case "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" | "ErrImageNeverPull" | "ImageInspectError":
            cause = f": {said}" if said and waiting.reason not in ("ImagePullBackOff",) else ""
            return (
                f"the image {waiting.image or '(unnamed)'} cannot be pulled{cause}; check spec.version, "
                "spec.image.registry, its overrides and its pull secrets"
            )
        case "CreateContainerConfigError" | "CreateContainerError":
            missing = re.search(r'(secret|configmap) "([^"]+)" not found', said)
            if missing:
                return f"the {missing[1]} {missing[2]} does not exist; create it, or name another in {field}"
            return f"{said}; check {field}"
        case "Unschedulable":
            if "PersistentVolumeClaim" in said or "volume" in said:
                return f"no node can take it: {said}; check {field}.storage"
            return f"no node can take it: {said}; lower {field}.resources.requests, or add a node"
        case "OOMKilled":
            return f"it used more memory than {field}.resources.limits.memory allows, and was ended; raise the limit"
        case "CrashLoopBackOff" | "Error" if FULL.search(said):
            remedy = f"raise {field}.storage.size" if component in _STORES else "make room on it"
            return f"its volume is full ({said}); {remedy}"
        case "CrashLoopBackOff" | "Error" if not waiting.restarts:
            # A job's next try is another pod.
            return f"{said}; kubectl cift logs {component}"
        case "CrashLoopBackOff" | "Error":
            often = f"{waiting.restarts} restarts; {said}"
            return f"it ends again and again ({often}); kubectl cift logs {component} --previous"
        case "Evicted":
            return f"it was evicted: {said}"
    return f"{waiting.reason}: {said}" if said else waiting.reason


def refused(component: str, kind: str, name: str, message: str) -> str:
    """The API server did not take an object."""
    field = field_of(component) if component else "spec"
    if "exceeded quota" in message:
        return (
            f"{kind} {name} does not fit the namespace's quota ({message}); lower {field}.resources, or raise the quota"
        )
    if "is immutable" in message or "Forbidden: updates to" in message:
        return f"{kind} {name} cannot be changed in place: {message}; set {field} back"
    return f"{kind} {name} was refused: {message}; check {field}"
