"""Brings up Node ahead of the emitter. Imports next to nothing, so that it can be the first thing that a build does."""

from pathlib import Path

from ddms_compile.synthesize.terraform.bindings import ENGINES, Node, begin
from ddms_compile.synthesize.terraform.types import TYPES


def start_node(engine: object, cache_dir: Path) -> Node | None:
    """Node for the engine that the data name, not validated yet. None: the emitter will see to it, or say why not."""
    known = next((name for name in ENGINES if name == engine), None)
    return known and begin(TYPES, cache_dir=cache_dir, engine=known)
