"""One pass over a platform: look, plan, act, say. Level-based: every cause of looking leads here, and nothing is
remembered that could not be read again."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import random
from typing import Any

from cift_common import logging
from grpc.aio import AioRpcError
from prometheus_client import Counter, Gauge, Histogram

from cift_operator.api import InvalidPlatform, TradingPlatform, validate
from cift_operator.cluster import events
from cift_operator.cluster.api import Api, Refused
from cift_operator.cluster.certificates import OPERATOR
from cift_operator.cluster.kinds import PLATFORM, UnknownKind, kind_of
from cift_operator.cluster.market import closes
from cift_operator.cluster.reach import Reach
from cift_operator.cluster.secrets import Keeper, chest, holder, references
from cift_operator.cluster.services import NotReached, Services, limits_message
from cift_operator.components import Component, components, peers
from cift_operator.plan import plan
from cift_operator.plan.drift import digest
from cift_operator.plan.model import (
    NOTHING_HEARD,
    Action,
    Apply,
    Delete,
    Halt,
    Limits,
    Plan,
    Report,
    Situation,
    Stamped,
)
from cift_operator.plan.observed import MANAGED_BY, PLATFORM_LABEL, Children, Key, observe
from cift_operator.plan.refusals import UNTRIED, missing_secret
from cift_operator.plan.stamp import stamp
from cift_operator.plan.upgrade import FORCE, is_ahead, version_to_render
from cift_operator.render.kubernetes import ClusterFacts, Manifest, MissingFact, manifests, tls_names

_log = logging.get(__name__)
_passes = Counter("cift_operator_passes", "Passes over a platform, by what they did", ["outcome"])
_pass_seconds = Histogram("cift_operator_pass_seconds", "How long a pass took")
_writes = Counter("cift_operator_writes", "Objects applied, removed and told, by cause", ["what"])
_platforms = Gauge("cift_operator_platforms", "Platforms known, by phase", ["phase"])

ROUNDS_MAX = 12
"""Of plan and act in one pass: one a stage, and some."""
BROUGHT_SECONDS = 30.0
SURVEY_SECONDS_MIN = 1.0

_SECRET = kind_of("v1", "Secret")

Place = tuple[str, str]
"""(namespace, name) of a platform."""


@dataclass(frozen=True)
class Cluster:
    """What is the same for all platforms of a cluster."""

    version: tuple[int, int]
    operator_namespace: str
    instance: str
    survey_seconds: float
    secret_seconds: float
    """How often the Secrets of a platform are read by name."""


@dataclass
class _Memory:
    """Of one platform; all of it can be lost."""

    document: Mapping[str, Any]
    parsed: tuple[tuple[str, int], TradingPlatform | None, tuple[str, ...]] | None = None
    declared: tuple[object, tuple[Component, ...]] | None = None
    rendered: tuple[object, ClusterFacts, tuple[Stamped, ...]] | None = None
    brought: tuple[float, dict[tuple[str, str], str]] | None = None
    refusals: dict[Key, str] = field(default_factory=dict)
    missing: tuple[tuple[str, str], ...] = ()
    """(name, key) of users' secrets that are not there."""
    reach: Reach = field(default_factory=Reach)
    services: Services = field(default_factory=Services)
    report: Report = NOTHING_HEARD
    surveyed: float = float("-inf")
    secrets_read: dict[str, float] = field(default_factory=dict)
    """Name of a Secret → when it was last read."""
    phase: str = ""
    limits: str = ""
    """Digest of those that the risk service was told by us."""


class Reconciler:
    """Knows every platform and all of its objects; `reconcile` is the one way in."""

    def __init__(self, api: Api, children: Children, cluster: Cluster, api_groups: Iterable[str]) -> None:
        self._api, self._children, self._cluster = api, children, cluster
        self._api_groups = frozenset(api_groups)
        self._keeper = Keeper(api, self._see_secret)
        self._known: dict[Place, _Memory] = {}
        self._remains: dict[Place, tuple[str, frozenset[tuple[str, str]]]] = {}
        """The last platform of a name that is known no more: its uid, and its volumes and secrets."""
        self._clearing: dict[Place, frozenset[tuple[str, str]]] = {}

    def see(self, document: Mapping[str, Any]) -> bool:
        """A platform as a watch shows it; False: only its status is new, which we wrote ourselves."""
        metadata = document["metadata"]
        place = (metadata["namespace"], metadata["name"])
        held = self._known.get(place)
        if held is None or held.document["metadata"]["uid"] != metadata["uid"]:
            self._known[place] = _Memory(document)
            return True
        before = held.document["metadata"]
        if int(before["resourceVersion"]) > int(metadata["resourceVersion"]):
            return False
        held.document = document
        return _identity(before) != _identity(metadata)

    def forget(self, place: Place) -> None:
        held = self._known.pop(place, None)
        if held is not None:
            _count(held.phase, "")
            self._remains[place] = (held.document["metadata"]["uid"], _keeping(held))
        self._keeper.forget(*place)

    def gone(self, document: Mapping[str, Any]) -> None:
        """A platform is deleted; `document` is what it said last. Where it was told only then that its data goes too,
        nobody owned that yet: the next look removes it."""
        place = _place(document)
        uid = document["metadata"]["uid"]
        held = self._known.get(place)
        if held is not None and held.document["metadata"]["uid"] != uid:
            # One of the same name has come already, and what is there is its.
            return
        self.forget(place)
        of, kept = self._remains.pop(place, ("", frozenset[tuple[str, str]]()))
        if of == uid and (document.get("spec") or {}).get("deletionPolicy") == "delete":
            self._clearing[place] = kept

    def serves(self, group: str) -> bool:
        """An operator was installed while we ran; False: it is known."""
        new = group not in self._api_groups
        self._api_groups |= {group}
        return new

    def places(self) -> list[Place]:
        return list(self._known)

    async def reconcile(self, place: Place) -> float | None:
        """Seconds until the next look; None: there is nothing to look at any more."""
        memory = self._known.get(place)
        if memory is None:
            await self._clear(place)
            return None
        self._clearing.pop(place, None)
        if memory.document["metadata"].get("deletionTimestamp"):
            return None
        with _pass_seconds.time():
            return await self._pass(place, memory)

    async def _clear(self, place: Place) -> None:
        """Removes the data of a platform that is gone."""
        for kind, name in sorted(self._clearing.get(place, ())):
            # Claims of a stateful set do not bear our label, so no watch brings them.
            found = await self._api.get(kind_of("v1", kind), place[0], name)
            if found is None or "deletionTimestamp" in found["metadata"]:
                continue
            if (found["metadata"].get("labels") or {}).get(PLATFORM_LABEL) == place[1]:
                _log.info("removing", platform="/".join(place), kind=kind, name=name, cause="deletionPolicy")
                _writes.labels("removed").inc()
                await self._remove(("v1", kind, name), place[0], found["metadata"]["uid"], orphans=False)
        self._clearing.pop(place, None)

    async def _pass(self, place: Place, memory: _Memory) -> float:
        memory.refusals = {}
        wrote = 0
        for _ in range(ROUNDS_MAX):
            found = await self._plan(place, memory, memory.document.get("status") or {})
            # What was refused in this pass is tried again in the next one.
            actions = [one for one in found.actions if not _was_refused(one, memory)]
            if not actions and found.requeue > 0:
                break
            if _progress(found.status) != _progress(memory.document.get("status") or {}):
                # Said before it is done: whoever comes after a crash knows how far it was.
                await self._say(place, memory, found)
            if actions:
                wrote += await self._act(place, memory, actions)
        changed = await self._say(place, memory, found)
        phase = str(found.status.get("phase", ""))
        _count(memory.phase, phase)
        memory.phase = phase
        _passes.labels("changed" if wrote or changed else "nothing to do").inc()
        found = replace(found, requeue=min(found.requeue, self._cluster.secret_seconds * (1 + random() / 5)))
        if not self._cluster.survey_seconds or not memory.rendered:
            return found.requeue
        # Not to the second, so that not all platforms are asked at once.
        due = memory.surveyed + self._cluster.survey_seconds * (1 + random() / 5) - asyncio.get_running_loop().time()
        # Who sleeps, or has no pods yet, was not asked.
        return min(found.requeue, max(SURVEY_SECONDS_MIN, due) if due > 0 else self._cluster.survey_seconds)

    async def _say(self, place: Place, memory: _Memory, found: Plan) -> bool:
        """Status and events, where they are new. What a pass itself puts right is not worth a word."""
        if not await self._save(memory, found.status):
            return False
        for event in dict.fromkeys(found.events):
            _log.info("event", platform="/".join(place), reason=event.reason, message=event.message)
            await events.record(self._api, memory.document, event, self._cluster.instance, datetime.now(UTC))
        return True

    async def _plan(self, place: Place, memory: _Memory, previous: Mapping[str, Any]) -> Plan:
        platform, problems = self._parse(memory)
        desired: tuple[Stamped, ...] = ()
        target: tuple[Manifest, ...] = ()
        # Those that an earlier operator recorded, before a plan says which of them are no longer wanted.
        await self._read_secrets(place, memory, [holder(place[1]), chest(place[1]), *previous.get("secrets", ())])
        if platform is not None:
            try:
                desired = await self._render(place, memory, platform, previous)
                await self._read_secrets(place, memory, [one.key[2] for one in desired if one.key[1] == "Secret"])
                target = await self._target(place, memory, platform, previous)
            except (MissingFact, UnknownKind) as error:
                platform, problems = None, (f"spec: {error}",)
        missing: tuple[str, ...] = ()
        if platform is not None:
            missing = tuple(missing_secret(platform, name, key) for name, key in memory.missing)
        addresses, silent = await self._reach(memory, platform, previous)
        await self._survey(memory, platform, previous)
        situation = Situation(
            document=memory.document,
            platform=platform,
            problems=problems,
            desired=desired,
            children=dict(self._children.of(*place)),
            equal=self._children.equal,
            refusals=memory.refusals,
            report=memory.report,
            previous={**previous, "limits": memory.limits} if memory.limits else previous,
            now=datetime.now(UTC),
            limits=limits_digest(platform) if platform else "",
            operator_namespace=self._cluster.operator_namespace,
            api_groups=self._api_groups,
            asks=self._cluster.survey_seconds > 0,
            missing=missing,
            target=target,
            addresses=addresses,
            silent=silent,
        )
        return plan(situation, closes)

    def _parse(self, memory: _Memory) -> tuple[TradingPlatform | None, tuple[str, ...]]:
        metadata = memory.document["metadata"]
        identity = (metadata["uid"], metadata.get("generation", 0))
        if memory.parsed is None or memory.parsed[0] != identity:
            document = {key: memory.document[key] for key in ("apiVersion", "kind", "spec") if key in memory.document}
            kept = ("name", "namespace", "labels", "annotations", "uid", "generation")
            document["metadata"] = {key: metadata[key] for key in kept if key in metadata}
            try:
                memory.parsed = (identity, validate(document), ())
            except InvalidPlatform as invalid:
                memory.parsed = (identity, None, tuple(invalid.problems))
        return memory.parsed[1], memory.parsed[2]

    async def _render(
        self, place: Place, memory: _Memory, platform: TradingPlatform, previous: Mapping[str, Any]
    ) -> tuple[Stamped, ...]:
        version = version_to_render(previous, platform.spec.version)
        assert memory.parsed is not None
        identity = (*memory.parsed[0], version)
        effective = platform
        if version != platform.spec.version:
            effective = platform.model_copy(update={"spec": platform.spec.model_copy(update={"version": version})})
        if memory.declared is None or memory.declared[0] != identity:
            memory.declared = (identity, components(effective))
        found = memory.declared[1]
        facts = await self._facts(place, memory, effective, found)
        if memory.rendered is None or memory.rendered[:2] != (identity, facts):
            made = tuple(stamp(one) for one in manifests(effective, found, facts))
            for one in made:
                kind_of(one.key[0], one.key[1])
            memory.rendered = (identity, facts, made)
        return memory.rendered[2]

    async def _target(
        self, place: Place, memory: _Memory, platform: TradingPlatform, previous: Mapping[str, Any]
    ) -> tuple[Manifest, ...]:
        """What an upgrade that is to begin will bring."""
        forced = _annotations(memory).get(FORCE) == platform.spec.version
        if not is_ahead(previous, platform.spec.version, forced=forced):
            return ()
        found = components(platform)
        return manifests(platform, found, await self._facts(place, memory, platform, found))

    async def _reach(
        self, memory: _Memory, platform: TradingPlatform | None, previous: Mapping[str, Any]
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Addresses of the stores that others run, and why nobody answers where that is so."""
        if platform is None or not self._cluster.survey_seconds or _annotations(memory).get(UNTRIED) == "true":
            return {}, {}
        held = memory.brought[1] if memory.brought else {}
        urls = {}
        for store in type(platform.spec.stores).model_fields:
            external = getattr(platform.spec.stores, store).external
            if external is not None and (url := held.get((external.url_from.name, external.url_from.key))):
                urls[store] = url
        used = (previous.get("accepted") or {}).get("addresses") or {}
        return await memory.reach.look(urls, used, _place(memory.document)[0])

    async def _facts(
        self, place: Place, memory: _Memory, platform: TradingPlatform, found: tuple[Component, ...]
    ) -> ClusterFacts:
        namespace, name = place
        children = self._children.of(namespace, name)
        owned = platform.spec.deletion_policy == "delete"
        values = await self._keeper.generated(
            memory.document, found, children.get(("v1", "Secret", holder(name))), owned=owned
        )
        tls = await self._keeper.tls(
            memory.document,
            tls_names(platform, found, namespace),
            children.get(("v1", "Secret", chest(name))),
            datetime.now(UTC),
            owned=owned,
        )
        tokens = {called: peers.token(peers.OPERATOR, called) for called in peers.OPERATOR_CALLS}
        known = {called: values.get((one.name, one.key), "") for called, one in tokens.items()}
        memory.services.secure(tls.get(OPERATOR), known)
        now = asyncio.get_running_loop().time()
        wanted = references(found) - values.keys()
        held = memory.brought
        if held is None or now - held[0] > BROUGHT_SECONDS or wanted - held[1].keys():
            held = memory.brought = (now, await self._keeper.brought(namespace, wanted))
        # Pods that wait for one could not even say so in a cluster without a kubelet; and what runs is left alone.
        memory.missing = tuple(sorted(wanted - held[1].keys()))
        return ClusterFacts(
            namespace=namespace,
            platform_uid=memory.document["metadata"]["uid"],
            secrets={**held[1], **values},
            cluster_version=self._cluster.version,
            api_groups=self._api_groups,
            operator_namespace=self._cluster.operator_namespace,
            tls=tls,
        )

    async def _read_secrets(self, place: Place, memory: _Memory, names: Iterable[str]) -> None:
        """Reads those Secrets by name whose turn it is. Nobody tells us when one changes."""
        now = asyncio.get_running_loop().time()
        due = [
            name
            for name in dict.fromkeys(names)
            if now - memory.secrets_read.get(name, float("-inf")) >= self._cluster.secret_seconds
        ]
        await asyncio.gather(*(self._read_secret(place, name) for name in due))
        memory.secrets_read |= dict.fromkeys(due, now)

    async def _read_secret(self, place: Place, name: str) -> None:
        body = await self._api.get(_SECRET, place[0], name)
        if body is not None:
            self._see_secret(body)
        known = self._children.of(*place).get(("v1", "Secret", name))
        if known is not None and (body is None or body["metadata"]["uid"] != known.uid):
            self._children.drop(place, known.key, known.uid)

    def _see_secret(self, body: Mapping[str, Any]) -> None:
        """A Secret of that name which is not ours is none of our children."""
        if (body["metadata"].get("labels") or {}).get("app.kubernetes.io/managed-by") == MANAGED_BY:
            self._children.put(observe({"apiVersion": "v1", "kind": "Secret", **body}))

    async def _survey(self, memory: _Memory, platform: TradingPlatform | None, previous: Mapping[str, Any]) -> None:
        """Asks the services, not more often than it is due."""
        now = asyncio.get_running_loop().time()
        due = self._cluster.survey_seconds if not previous.get("upgrade") else 1.0
        asleep = platform is not None and platform.spec.hibernated
        if not self._cluster.survey_seconds or asleep or memory.rendered is None or now - memory.surveyed < due:
            return
        if not any(child.kind == "Pod" for child in self._children.of(*_place(memory.document)).values()):
            # Nobody is there who could answer.
            memory.report = NOTHING_HEARD
            return
        kept = set(platform.spec.trading.symbols) if platform else set()
        going = set((previous.get("accepted") or {}).get("symbols", ())) - kept
        memory.report = await memory.services.report(_addresses(memory), with_orders=bool(going))
        memory.surveyed = asyncio.get_running_loop().time()

    async def _act(self, place: Place, memory: _Memory, actions: Sequence[Action]) -> int:
        """How many actions were carried out; those that were refused are remembered for the next plan."""
        results = await asyncio.gather(*(self._carry_out(place, memory, action) for action in actions))
        return sum(results)

    async def _carry_out(self, place: Place, memory: _Memory, action: Action) -> int:
        match action:
            case Apply(wanted, cause):
                _writes.labels(cause).inc()
                return await self._apply(place, memory, wanted)
            case Delete(child, cause, orphans):
                _log.info("removing", platform="/".join(place), kind=child.kind, name=child.name, cause=cause)
                _writes.labels("removed").inc()
                await self._remove(child.key, place[0], child.uid, orphans=orphans)
                if child.kind == "Secret":
                    # No watch reports that it went.
                    self._children.drop(place, child.key, child.uid)
                return 1
            case Halt(halted, reason):
                return await self._tell(memory, halted=halted, reason=reason)
            case Limits(identity):
                return await self._tell_limits(memory, identity)

    async def _apply(self, place: Place, memory: _Memory, wanted: Stamped) -> int:
        try:
            body = await self._api.apply(wanted.body)
        except Refused as refused:
            if refused.status == 422 and await self._replace(place, memory, wanted, refused):
                return 1
            memory.refusals[wanted.key] = refused.message
            _log.warning("refused", platform="/".join(place), object="/".join(wanted.key), message=refused.message)
            return 0
        child = observe(body)
        self._children.verify(child, wanted.digest)
        self._children.put(child)
        return 1

    async def _replace(self, place: Place, memory: _Memory, wanted: Stamped, refused: Refused) -> bool:
        """What cannot be changed in place is made anew: a Job, and a StatefulSet without its pods and volumes."""
        immutable = "immutable" in refused.message or "updates to statefulset spec" in refused.message
        child = self._children.of(*place).get(wanted.key)
        if not immutable or child is None or child.kind not in ("Job", "StatefulSet"):
            return False
        if child.kind == "StatefulSet" and not await self._grow(place, memory, wanted):
            return False
        await self._remove(child.key, place[0], child.uid, orphans=child.kind == "StatefulSet")
        return True

    async def _grow(self, place: Place, memory: _Memory, wanted: Stamped) -> bool:
        """Volumes of a StatefulSet follow its templates; the storage class may not allow it."""
        kind = kind_of("v1", "PersistentVolumeClaim")
        for template in wanted.body["spec"].get("volumeClaimTemplates") or ():
            start = f"{template['metadata']['name']}-{wanted.key[2]}-"
            size = template["spec"]["resources"]["requests"]["storage"]
            for claim in await self._api.list(kind, place[0]):
                held = claim["spec"].get("resources", {}).get("requests", {}).get("storage")
                if claim["metadata"]["name"].startswith(start) and held != size:
                    try:
                        resources = {"requests": {"storage": size}}
                        await self._api.patch(
                            kind, place[0], claim["metadata"]["name"], {"spec": {"resources": resources}}
                        )
                    except Refused as refusal:
                        memory.refusals[wanted.key] = refusal.message
                        return False
        return True

    async def _remove(self, key: Key, namespace: str, uid: str, *, orphans: bool) -> None:
        await self._api.delete(kind_of(key[0], key[1]), namespace, key[2], uid=uid, orphans=orphans)

    async def _tell(self, memory: _Memory, *, halted: bool, reason: str) -> int:
        platform, _ = self._parse(memory)
        try:
            await memory.services.halt(_addresses(memory), halted, reason)
            trading = platform.spec.trading if platform is not None else None
            if halted and trading and trading.halted and trading.halt_policy == "cancelOrders":
                await memory.services.cancel_all(_addresses(memory))
        except (AioRpcError, NotReached) as error:
            _log.warning("the risk service could not be told", halted=halted, error=str(error))
            memory.surveyed = float("-inf")
            return 0
        _writes.labels("halt").inc()
        memory.report = replace(memory.report, halted=halted, halted_by_us=halted)
        memory.surveyed = float("-inf")
        return 1

    async def _tell_limits(self, memory: _Memory, identity: str) -> int:
        platform, _ = self._parse(memory)
        assert platform is not None
        try:
            await memory.services.limits(_addresses(memory), platform.spec.risk.limits)
        except (AioRpcError, NotReached) as error:
            _log.warning("the risk service could not be told its limits", error=str(error))
            return 0
        _writes.labels("limits").inc()
        memory.limits = identity
        return 1

    async def _save(self, memory: _Memory, status: Mapping[str, Any]) -> bool:
        """Writes the status where it differs; True: it did."""
        if status == memory.document.get("status"):
            return False
        metadata = memory.document["metadata"]
        body = {
            "apiVersion": PLATFORM.api_version,
            "kind": PLATFORM.kind,
            "metadata": {"name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"]},
            "status": status,
        }
        try:
            saved = await self._api.apply(body, subresource="status")
        except Refused as refused:
            if refused.status in (404, 409):
                # It is gone, or another one of its name has taken its place; a watch that broke may not have told us.
                self.forget((metadata["namespace"], metadata["name"]))
                return False
            raise
        self.see(saved)
        return True


def _keeping(memory: _Memory) -> frozenset[tuple[str, str]]:
    """(kind, name) of the volumes and secrets in the last rendering; a volume that it does not name is nobody's."""
    name = memory.document["metadata"]["name"]
    found = {("Secret", holder(name)), ("Secret", chest(name))}
    for one in memory.rendered[2] if memory.rendered else ():
        kind, known = one.manifest.kind, one.manifest.name
        if kind in ("Secret", "PersistentVolumeClaim"):
            found.add((kind, known))
        for template in one.body.get("spec", {}).get("volumeClaimTemplates") or ():
            start = f"{template['metadata']['name']}-{known}"
            replicas = one.body["spec"]["replicas"] or 1
            found |= {("PersistentVolumeClaim", f"{start}-{ordinal}") for ordinal in range(replicas)}
    return frozenset(found)


def limits_digest(platform: TradingPlatform) -> str:
    return digest({"limits": limits_message(platform.spec.risk.limits).SerializeToString().hex()})


def _identity(metadata: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        metadata.get("generation"),
        metadata.get("annotations"),
        metadata.get("labels"),
        metadata.get("deletionTimestamp"),
    )


def _place(document: Mapping[str, Any]) -> Place:
    return document["metadata"]["namespace"], document["metadata"]["name"]


def _annotations(memory: _Memory) -> Mapping[str, str]:
    return memory.document["metadata"].get("annotations") or {}


def _addresses(memory: _Memory) -> dict[tuple[str, str], str]:
    """Of every port of every service that was rendered."""
    found: dict[tuple[str, str], str] = {}
    namespace = memory.document["metadata"]["namespace"]
    for one in memory.rendered[2] if memory.rendered else ():
        if one.manifest.kind == "Service" and one.manifest.component:
            for port in one.body["spec"].get("ports") or ():
                host = f"{one.key[2]}.{namespace}.svc:{port['port']}"
                found.setdefault((one.manifest.component, port.get("name", "")), host)
    return found


def _was_refused(action: Action, memory: _Memory) -> bool:
    return isinstance(action, Apply) and action.wanted.key in memory.refusals


def _progress(status: Mapping[str, Any]) -> tuple[object, ...]:
    """How far an upgrade is, and which Secrets there may be."""
    return status.get("version"), status.get("upgrade"), status.get("secrets")


def _count(before: str, after: str) -> None:
    if before != after:
        if before:
            _platforms.labels(before).dec()
        if after:
            _platforms.labels(after).inc()
