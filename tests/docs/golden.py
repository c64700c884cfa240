"""Holds generated text in documents against what the program makes; DDMS_UPDATE_GOLDEN=1 writes it anew."""

import os
from pathlib import Path


def hold(path: Path, text: str) -> None:
    """The file must hold the text."""
    if os.environ.get("DDMS_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    else:
        assert path.read_text("utf-8") == text, "stale: run `make update-docs`, and read the diff"
