"""Where every generated value comes from, and what follows from every key."""

from ddms_compile.provenance.trace.explain import Explanation, UnknownTargetError, explain
from ddms_compile.provenance.trace.store import load_trace, save_trace

__all__ = ["Explanation", "UnknownTargetError", "explain", "load_trace", "save_trace"]
