"""When upgrades may begin."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from cift_operator.api.base import ApiModel, cel

Day = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
TimeOfDay = Annotated[str, Field(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class WindowSpec(ApiModel):
    """From one time of day to another, UTC; over midnight where the end is the earlier one."""

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)] = (
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    )
    """On which it begins."""
    start: TimeOfDay
    end: TimeOfDay


_WINDOWS = (
    "(self.policy == 'windows') == (size(self.windows) > 0)",
    "windows are set where policy is windows, and only there",
)


class MaintenanceWindowSpec(ApiModel):
    """An upgrade waits for it; `kubectl cift upgrade --force` does not."""

    model_config = ConfigDict(json_schema_extra=cel(_WINDOWS))

    policy: Literal["anytime", "marketClosed", "windows"] = "marketClosed"
    """marketClosed: by trading.calendar; a market that never closes may be upgraded at any time."""
    windows: Annotated[tuple[WindowSpec, ...], Field(max_length=14)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "MaintenanceWindowSpec":
        if (self.policy == "windows") != bool(self.windows):
            raise ValueError(_WINDOWS[1])
        return self
