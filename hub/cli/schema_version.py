"""Where the migrations lie, and whether a database has had all of them."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

import hub

_PACKAGE = Path(hub.__file__).parent


def alembic_config() -> Config:
    """Alembic's configuration for the migrations that came with this hub."""
    config = Config()
    config.set_main_option("script_location", str(_migrations()).replace("%", "%%"))
    return config


def is_migrated(engine: Engine) -> bool:
    """Whether the database stands at the newest revision of this hub."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def _migrations() -> Path:
    # A wheel carries them inside the package, a clone beside it.
    packaged = _PACKAGE / "_migrations"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "migrations"
