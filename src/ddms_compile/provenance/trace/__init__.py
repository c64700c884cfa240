"""The trace: the origin of each generated value, and the values that follow from each key."""

from ddms_compile.provenance.trace.explain import Explanation, UnknownTargetError, explain
from ddms_compile.provenance.trace.store import load_trace, save_trace

__all__ = ["Explanation", "UnknownTargetError", "explain", "load_trace", "save_trace"]
