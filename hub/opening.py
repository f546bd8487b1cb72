"""The database of a hub, and with it what its operator decided: every session knows both."""

from hub.declarations.own_bands import OPERATOR_BANDS, read_own_bands
from hub.findings.settings_file import FINDING_SETTINGS, read_settings
from hub.footprints.book import REGISTRY_DEFAULTS
from hub.footprints.release_rules import POLICIES
from hub.footprints.releases import RELEASE_POLICY
from hub.kit.database import Database, open_database
from hub.settings import Settings


def open_hub(settings: Settings) -> Database:
    """The hub that the settings describe; nothing is connected before the first statement.

    Raises `Conflict` for a file of the operator's that cannot be used.
    """
    decided = {
        RELEASE_POLICY: POLICIES[settings.release_policy],
        REGISTRY_DEFAULTS: settings.registry_defaults,
        OPERATOR_BANDS: read_own_bands(settings.bands_file),
        FINDING_SETTINGS: read_settings(settings.findings_file),
    }
    return open_database(settings.database_url, **decided)
