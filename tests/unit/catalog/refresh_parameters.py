"""Writes `catalog/postgres-parameters.txt` from PostgreSQL itself: `python refresh_parameters.py BIN…`.

BIN is a folder with `initdb` and `postgres` of one major version; give one for each that RDS offers.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import ddms_compile

TARGET = Path(ddms_compile.__file__).parent / "catalog" / "postgres-parameters.txt"
HEAD = """\
# Parameters of PostgreSQL: name in lower case, as RDS writes it; for each range of versions: apply type, type, values.
# static: needs a restart; dynamic: does not; internal: cannot be set; managed: RDS sets files, sockets and archives.
# Source: pg_settings of PostgreSQL {versions}; as of {day}.
"""
QUERY = """COPY (SELECT name, context, vartype, coalesce(min_val, ''), coalesce(max_val, ''),
 coalesce(array_to_string(enumvals, ','), ''), category FROM pg_settings) TO '{path}' (FORMAT csv)"""
MANAGED_CATEGORIES = ("File Locations", "Write-Ahead Log / Archive Recovery", "Write-Ahead Log / Recovery Target")
MANAGED = (
    *("archive_cleanup_command", "archive_command", "archive_library", "archive_mode", "bonjour", "bonjour_name"),
    *("krb_server_keyfile", "listen_addresses", "log_directory", "logging_collector", "port", "ssl", "ssl_ca_file"),
    *("ssl_cert_file", "ssl_crl_dir", "ssl_crl_file", "ssl_dh_params_file", "ssl_key_file"),
)
MANAGED_PREFIXES = ("unix_socket_", "syslog_", "ssl_passphrase_", "primary_")


def rows(found: list[list[str]]) -> dict[str, str]:
    """What a version says of each parameter."""
    return {name.lower(): " ".join(_row(name, *rest)) for name, *rest in found}


def _row(name: str, context: str, kind: str, low: str, high: str, choices: str, category: str) -> Iterator[str]:
    managed = category in MANAGED_CATEGORIES or name in MANAGED or name.startswith(MANAGED_PREFIXES)
    if context == "internal":
        yield "internal"
    elif managed:
        yield "managed"
    else:
        yield "static" if context == "postmaster" else "dynamic"
    yield kind
    if kind in ("integer", "real"):
        yield f"{low}..{high}"
    elif kind == "enum":
        yield choices


def settings(binaries: Path, *, user: str | None = None) -> list[list[str]]:
    """pg_settings of a fresh cluster, by the single-user mode: no server listens."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data, out = Path(folder, "data"), Path(folder, "settings.csv")
        if user:
            shutil.chown(folder, user)
        common: Any = {"check": True, "capture_output": True, "timeout": 120, "cwd": folder, "user": user}
        made = ["-D", str(data), "-U", "postgres", "--no-sync", "-E", "UTF8", "--no-locale"]
        subprocess.run([f"{binaries}/initdb", *made], **common)
        query = QUERY.format(path=out).replace("\n", " ") + "\n"
        subprocess.run(
            [f"{binaries}/postgres", "--single", "-D", str(data), "postgres"], input=query.encode(), **common
        )
        return list(csv.reader(out.read_text("utf-8").splitlines()))


def text(by_version: dict[int, dict[str, str]], day: str) -> str:
    """The whole table."""
    lines = []
    for name in sorted({name for found in by_version.values() for name in found}):
        parts = []
        said = [(version, found.get(name)) for version, found in sorted(by_version.items())]
        for row, group in groupby(said, key=lambda pair: pair[1]):
            versions = [version for version, _ in group]
            if row is not None:
                parts.append(f"{versions[0]}-{versions[-1]} {row}")
        lines.append(f"{name} {' | '.join(parts)}\n")
    span = f"{min(by_version)} to {max(by_version)}"
    return HEAD.format(versions=span, day=day) + "".join(lines)


def main(day: str, *folders: str) -> None:
    """`day`: on which it was read."""
    found = {}
    for folder in folders:
        version = subprocess.run([f"{folder}/postgres", "--version"], capture_output=True, text=True, check=True).stdout
        found[int(version.split()[2].partition(".")[0])] = rows(settings(Path(folder), user="postgres"))
    TARGET.write_text(text(found, day), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
