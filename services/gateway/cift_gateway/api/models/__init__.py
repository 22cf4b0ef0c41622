"""What answers look like, for OpenAPI and for tests. Money, prices and quantities are decimal strings."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A field that is not listed here is a mistake: tests hold answers against these."""

    model_config = ConfigDict(extra="forbid")
