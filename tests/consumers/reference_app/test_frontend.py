"""The page as Vite builds it."""

import json
import re
from pathlib import Path

import pytest

from .conftest import APP


def test_the_built_page_has_nothing_inline_and_only_hashed_assets(frontend: Path) -> None:
    page = (frontend / "dist" / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assets = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(assets) == 2
    assert all(re.fullmatch(r"/assets/[\w-]+-[\w-]{8}\.(js|css)", one) for one in assets)


def test_the_api_address_of_the_build_is_in_the_page(frontend: Path, api_port: int) -> None:
    scripts = "".join(one.read_text() for one in (frontend / "dist" / "assets").glob("*.js"))
    assert f"http://127.0.0.1:{api_port}" in scripts
    assert "eval(" not in scripts and "new Function" not in scripts


@pytest.mark.parametrize("name", ["backend", "frontend"])
def test_the_lock_file_has_hashes_and_no_addresses(name: str) -> None:
    packages = json.loads((APP / name / "package-lock.json").read_text())["packages"]
    rest = {path: one for path, one in packages.items() if path}
    assert rest and all("integrity" in one and "resolved" not in one for one in rest.values())
