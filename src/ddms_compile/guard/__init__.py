"""The guard against silent loss: what earlier builds left on disk is held against the data before anything is made."""

from ddms_compile.guard.forget import obstacles
from ddms_compile.guard.guard import Guarded, guard
from ddms_compile.guard.remarks import remarks

__all__ = ["Guarded", "guard", "obstacles", "remarks"]
