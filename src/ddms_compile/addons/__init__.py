"""The cluster's add-ons: one module each, whose values are files to read and arguments of the Helm releases alike."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.table import addons, candidates

__all__ = ["Addon", "addons", "candidates"]
