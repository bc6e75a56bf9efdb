"""Where this installation keeps its things, and which database it uses."""

import os
from pathlib import Path


def home() -> Path:
    """The data folder: `$XINTUI_HOME`, else `~/.xintui`. Nobody else may list it; what is secret in it is 0600.

    It may be walked through (0711), because under root the database runs as another user.
    """
    path = Path(os.environ.get("XINTUI_HOME") or Path.home() / ".xintui").resolve()
    path.mkdir(parents=True, exist_ok=True, mode=0o711)
    return path


def database_url() -> str | None:
    """The operator's own PostgreSQL (`XINTUI_DATABASE_URL`); None: the embedded one is used."""
    return os.environ.get("XINTUI_DATABASE_URL") or None
