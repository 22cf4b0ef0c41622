"""What a platform's owner may change of a component's pod: where it runs and what is told about it."""

from typing import Annotated, Literal

from pydantic import Field

from cift_operator.api.base import ApiModel

LabelKey = Annotated[str, Field(min_length=1, max_length=317)]
LabelValue = Annotated[str, Field(max_length=63)]
Labels = Annotated[dict[LabelKey, LabelValue], Field(max_length=32)]
Annotations = Annotated[dict[LabelKey, Annotated[str, Field(max_length=4096)]], Field(max_length=32)]


class TolerationSpec(ApiModel):
    """A taint that the pod tolerates."""

    key: Annotated[str, Field(max_length=317)] | None = None
    operator: Literal["Exists", "Equal"] = "Equal"
    value: Annotated[str, Field(max_length=63)] | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    toleration_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None


class PodSpec(ApiModel):
    """A small patch of the pod; a local run ignores it."""

    labels: Labels = Field(default_factory=dict)
    annotations: Annotations = Field(default_factory=dict)
    node_selector: Labels = Field(default_factory=dict)
    tolerations: Annotated[tuple[TolerationSpec, ...], Field(max_length=16)] = ()
    priority_class_name: Annotated[str, Field(min_length=1, max_length=253)] | None = None
