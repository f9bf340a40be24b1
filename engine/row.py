"""The base of the catalog's rows and of what the craft answers: msgspec, because a command that answers one question
must not spend its time on building classes (importing pydantic and its schemas took longer than the answer)."""

from typing import Any, Self

import msgspec


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that never changes once made. `Row.read` checks types and refuses fields it does not know; the
    constructor, which only our own code calls, checks nothing."""

    @classmethod
    def read(cls, fields: Any) -> Self:
        """The row these plain fields make; `ValueError` in one sentence where one is missing, unknown or ill-typed."""
        return msgspec.convert(fields, cls)

    def plain(self) -> dict[str, Any]:
        """Its fields by name, for JSON: rows within are dicts too."""
        return msgspec.to_builtins(self)

    def but(self, **changed: Any) -> Self:
        """The same row with other values of these fields."""
        return msgspec.structs.replace(self, **changed)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """A row can be a field of a pydantic value, as a job's request holds the spec of its model."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.read(value),
            serialization=core_schema.plain_serializer_function_ser_schema(cls.plain),
        )
