"""A bug of ours: the details go to a file, the user gets one diagnostic."""

import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity


def internal_error(error: Exception, cache_dir: Path, now: datetime) -> Diagnostic:
    """DDMS900; the traceback goes to a file in `cache_dir`, or else where temporary files go."""
    text = "".join(traceback.format_exception(error))
    saved = _save(text, cache_dir, now) or _save(text, Path(tempfile.gettempdir()), now)
    where = f"the details are in {saved}" if saved else "the details could not be saved: no directory is writable"
    return Diagnostic(
        code="DDMS900",
        severity=Severity.ERROR,
        message=f"internal error ({type(error).__name__})",
        notes=("this is a bug of ddms-compile, not a mistake in your files", where),
        help=("please report it with that file, after reading it for anything private",),
    )


def _save(text: str, directory: Path, now: datetime) -> Path | None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w",
            dir=directory,
            prefix=f"internal-error-{now:%Y%m%dT%H%M%S}-",
            suffix=".txt",
            delete=False,
            encoding="utf-8",
        ) as file:
            file.write(text)
            return Path(file.name)
    except OSError:
        return None
