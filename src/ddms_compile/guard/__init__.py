"""The guard against silent loss: compare the state of earlier builds on disk with the data, before compilation."""

from ddms_compile.guard.forget import obstacles
from ddms_compile.guard.guard import Guarded, guard
from ddms_compile.guard.remarks import remarks

__all__ = ["Guarded", "guard", "obstacles", "remarks"]
