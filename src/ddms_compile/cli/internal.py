"""Internal errors: the traceback goes to a file, the user gets one diagnostic."""

import re
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ddms_compile.cli.shortage import shortage
from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity
from ddms_compile.disk import private

_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`"


def internal_error(error: Exception, cache_dir: Path | None, now: datetime) -> Diagnostic:
    """Return DDMS900, or DDMS530 when a resource of the machine is exhausted.

    The traceback goes to a file in `cache_dir`, or else in the temporary folder. Only the user can read it.
    """
    text = _report(error)
    saved = _save(text, cache_dir, now)
    where = f"the details are in {saved}" if saved else "the details could not be saved: no directory is writable"
    short = shortage(error, where)
    if short is not None:
        return short
    return Diagnostic(
        code="DDMS900",
        severity=Severity.ERROR,
        message=f"internal error ({type(error).__name__})",
        notes=("this is an error in ddms-compile, not in your files", where),
        help=("report it with that file, after checking it for private content",),
    )


def _report(error: Exception) -> str:
    """Return the traceback with quoted values masked: they may be secrets."""
    from ddms_compile.exposure import redact

    parts = traceback.format_exception(error)
    frame = '  File "'
    return "".join(part if part.startswith(frame) else redact(re.sub(_QUOTED, _stars, part)) for part in parts)


def _stars(quoted: re.Match[str]) -> str:
    return quoted[0][0] + "*" * (len(quoted[0]) - 2) + quoted[0][-1]


def _save(text: str, cache_dir: Path | None, now: datetime) -> Path | None:
    name = f"internal-error-{now:%Y%m%dT%H%M%S}-*.txt"
    with suppress(OSError):
        kept = None if cache_dir is None else private.private_folder(cache_dir)
        return private.save_private(kept or private.temporary_folder(), name, text)
    return None
