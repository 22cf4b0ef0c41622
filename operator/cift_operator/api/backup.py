"""Backups of PostgreSQL, and a platform that starts from one."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from cift_operator.api.base import ApiModel, Name, cel
from cift_operator.api.resources import StorageSpec


class S3Spec(ApiModel):
    """A bucket of anything that speaks S3."""

    bucket: Annotated[str, Field(min_length=3, max_length=63, pattern=r"^[a-z0-9][-a-z0-9.]*[a-z0-9]$")]
    prefix: Annotated[str, Field(max_length=512, pattern=r"^[-A-Za-z0-9_./]*$")] = ""
    """A folder in the bucket; backups of several platforms must not share one."""
    endpoint: Annotated[str, Field(max_length=512, pattern=r"^https?://[^\s]+$")] | None = None
    """Without it Amazon's."""
    region: Annotated[str, Field(max_length=64, pattern=r"^[-a-z0-9]+$")] = "us-east-1"
    credentials_from: Name
    """A secret with the keys accessKeyId and secretAccessKey."""


_ONE = ("has(self.volume) != has(self.s3)", "exactly one of volume and s3 must be set")


class DestinationSpec(ApiModel):
    """A volume of the cluster, or S3."""

    model_config = ConfigDict(json_schema_extra=cel(_ONE))

    volume: StorageSpec | None = None
    s3: S3Spec | None = None

    @model_validator(mode="after")
    def _one(self) -> "DestinationSpec":
        if (self.volume is None) == (self.s3 is None):
            raise ValueError(_ONE[1])
        return self


class BackupSpec(ApiModel):
    """Backups of a managed PostgreSQL."""

    destination: DestinationSpec
    schedule: Annotated[str, Field(max_length=100, pattern=r"^(@(hourly|daily|weekly|monthly)|\S+( \S+){4})$")] = (
        "0 * * * *"
    )
    """In the notation of cron, UTC."""
    keep: Annotated[int, Field(ge=1, le=1000)] = 48
    """How many of the newest stay."""


_FROM = ("has(self.volumeClaim) != has(self.s3)", "exactly one of volumeClaim and s3 must be set")


class FromBackupSpec(ApiModel):
    """Where the backup is."""

    model_config = ConfigDict(json_schema_extra=cel(_FROM))

    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[-A-Za-z0-9_.]+$")] = "latest"
    """A backup's name as `kubectl cift backup` prints it."""
    volume_claim: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    """A PersistentVolumeClaim in this namespace."""
    s3: S3Spec | None = None

    @model_validator(mode="after")
    def _one(self) -> "FromBackupSpec":
        if (self.volume_claim is None) == (self.s3 is None):
            raise ValueError(_FROM[1])
        return self


class BootstrapSpec(ApiModel):
    """What the database of a new platform begins with."""

    from_backup: FromBackupSpec
