"""Load files as layered trees, and locate keys in them."""

from ddms_compile.load.layers import ANY, Layer, LayeredTree, LayerKind, Origin
from ddms_compile.load.locate import Finding, FindingsError, KeyLabel, locate
from ddms_compile.load.project import LoadedProject, load_project, unknown_environments
from ddms_compile.load.source import Source

__all__ = [
    "ANY",
    "Finding",
    "FindingsError",
    "KeyLabel",
    "Layer",
    "LayerKind",
    "LayeredTree",
    "LoadedProject",
    "Origin",
    "Source",
    "load_project",
    "locate",
    "unknown_environments",
]
