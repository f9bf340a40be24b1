"""The base of the values that cross a process, a database or the wire: pydantic, frozen, nothing unknown."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that never changes once made and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
