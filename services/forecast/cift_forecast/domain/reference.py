"""Which registered model a platform serves, as its settings say it."""

import re
from dataclasses import dataclass

from cift_common.errors import InvalidArgument

CHAMPION, CHALLENGER = "champion", "challenger"
_FORM = re.compile(r"^(?:(?P<name>[\w{}.-]+)(?=[@/]))?[@/]?(?P<which>[\w-]+)$")


def registered(symbol: str) -> str:
    """The name of a symbol's model."""
    return f"direction-{symbol.replace('.', '_')}"


@dataclass(frozen=True)
class Reference:
    """An alias or a version, of each symbol's own model or of one that is named (`{symbol}` in it is filled in)."""

    which: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """`champion`, `7`, `NAME@champion` or `NAME/7`. Raises `InvalidArgument`."""
        match = _FORM.match(text)
        if match is None:
            raise InvalidArgument(
                f"forecast model {text!r} must be an alias, a version, NAME@ALIAS or NAME/VERSION",
                field="forecast_model",
            )
        return cls(match["which"], match["name"] or "")

    def model(self, symbol: str) -> str:
        return self.name.replace("{symbol}", symbol.replace(".", "_")) if self.name else registered(symbol)

    def version(self, aliases: dict[str, str]) -> str | None:
        """None where the model has no such alias."""
        return self.which if self.which.isdigit() else aliases.get(self.which)
