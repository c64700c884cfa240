"""Where every generated value comes from, and what follows from every key."""

from ddms_compile.trace.explain import Explanation, UnknownTarget, explain
from ddms_compile.trace.store import load_trace, save_trace

__all__ = ["Explanation", "UnknownTarget", "explain", "load_trace", "save_trace"]
