"""Where this installation keeps its things, and which database it uses."""

import os
from pathlib import Path


def home() -> Path:
    """The data folder: `$XINTUI_HOME`, else `~/.xintui`. Created private on first use."""
    path = Path(os.environ.get("XINTUI_HOME") or Path.home() / ".xintui").resolve()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def database_url() -> str | None:
    """The operator's own PostgreSQL (`XINTUI_DATABASE_URL`); None: the embedded one is used."""
    return os.environ.get("XINTUI_DATABASE_URL") or None
