"""The profile: who declares, as a JSON file that the hub's company page hands out."""

from pathlib import Path

from pydantic import ValidationError

from tierlight.errors import ConfigurationError
from tierlight_schemas.declarant import Profile


def load_profile(path: Path | str) -> Profile:
    """Read a profile. Raises `ConfigurationError` naming the file and the member."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    try:
        return Profile.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        member = ".".join(map(str, first["loc"])) or "$"
        raise ConfigurationError(
            "sdk/profile", file=str(path), member=member, reason=first["msg"]
        ) from None
