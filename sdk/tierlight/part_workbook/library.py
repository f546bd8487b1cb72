"""openpyxl, which only workbooks need: an extra of the SDK, loaded when it is used."""

import importlib
from typing import Any

from tierlight.errors import ConfigurationError


def openpyxl(module: str = "openpyxl") -> Any:
    """The library, or a module of it. Raises `ConfigurationError` (`sdk/xlsx-missing`)."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise ConfigurationError("sdk/xlsx-missing") from None
