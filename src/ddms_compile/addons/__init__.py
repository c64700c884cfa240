"""The cluster's add-ons, one module each: charts and values for the Helm releases and for the written values files."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.table import addons, candidates

__all__ = ["Addon", "addons", "candidates"]
