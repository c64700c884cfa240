"""jsii's messages to the Node process, built without its generic converter, and pipelined.

Two kinds of answers are not waited for: those of methods that return nothing, and those of constructors, whose object
name is predictable because jsii numbers its objects. So Node works on an element while Python prepares the next one.
The answers are read, and each name compared with the predicted one, a few dozen at a time.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import jsii
from jsii import _reference_map
from jsii._kernel.providers.process import ProcessProvider, jdefault, ohook
from jsii._kernel.types import (
    BeginRequest,
    Callback,
    CallbacksRequest,
    CompleteRequest,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    EndRequest,
    GetRequest,
    GetResponse,
    GetScriptCommandRequest,
    InvokeRequest,
    InvokeResponse,
    LoadRequest,
    ObjRef,
    Override,
    SetRequest,
    StaticBeginRequest,
    StaticGetRequest,
    StaticInvokeRequest,
    StaticSetRequest,
    StatsRequest,
)
from jsii.errors import JavaScriptError, JSIIError

from ddms_compile.cdktf.engine import BindingError
from ddms_compile.cdktf.node import Node

WINDOW = 32
"""Maximum of unread answers. They are short, so that neither side blocks on a full buffer."""

SILENT = frozenset({"addOverride", "overrideLogicalId"})
"""Methods of CDKTF that return nothing."""

_API: Mapping[type, str] = {
    LoadRequest: "load",
    GetScriptCommandRequest: "getBinScriptCommand",
    CreateRequest: "create",
    DeleteRequest: "del",
    GetRequest: "get",
    StaticGetRequest: "sget",
    SetRequest: "set",
    StaticSetRequest: "sset",
    InvokeRequest: "invoke",
    StaticInvokeRequest: "sinvoke",
    BeginRequest: "begin",
    StaticBeginRequest: "sbegin",
    EndRequest: "end",
    CallbacksRequest: "callbacks",
    CompleteRequest: "complete",
    StatsRequest: "stats",
}


class Kernel:
    """The connection to one Node process."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._expected: deque[str | None] = deque()
        self._number: int | None = None
        for name, _, _, module in node.entry.about["assemblies"]:
            _reference_map._assembly_to_module[name] = module
        _reference_map._submodule_fqn_map.update(node.entry.about["submodules"])

    def send(self, request: Any, response_type: Any) -> Any:
        """Send one message and return its answer, of jsii's `response_type`. An error may be of an earlier message."""
        self._node.settle()
        if self._number is not None and type(request) is CreateRequest and not request.overrides:
            self._number += 1
            name = f"{request.fqn}@{self._number}"
            self._post(request, name)
            return CreateResponse(name, request.interfaces)
        if type(request) is InvokeRequest and request.method in SILENT:
            self._post(request, None)
            return InvokeResponse(None)
        self._catch_up(0)
        self._write(request)
        answer = self._answer(response_type)
        # Other requests may number objects too: resynchronize the counter with the next created object.
        self._number = int(answer.ref.rpartition("@")[2]) if type(answer) is CreateResponse else None
        return answer

    def stop(self) -> None:
        """End Node."""
        self._node.stop()

    def _post(self, request: Any, name: str | None) -> None:
        self._write(request)
        self._expected.append(name)
        if len(self._expected) > WINDOW:
            self._catch_up(WINDOW // 2)

    def _catch_up(self, left: int) -> None:
        """Read the pending answers, except the last `left`."""
        while len(self._expected) > left:
            name = self._expected.popleft()
            answer = self._answer(InvokeResponse if name is None else CreateResponse)
            if name is not None and answer.ref != name:
                raise BindingError(f"jsii calls an object {answer.ref!r} and not {name!r}")

    def _write(self, request: Any) -> None:
        if type(request) in _API:
            body = {name: getattr(request, name) for name in type(request).__slots__ if name != "__weakref__"}
            body["api"] = _API[type(request)]
            if "args" in body:
                _dense(body["args"])
        else:  # the answer to a callback, wrapped
            body = {"complete": {name: getattr(request.complete, name) for name in ("cbid", "err", "result")}}
        self._node.write(_ENCODER.encode(body).encode() + b"\n")

    def _answer(self, response_type: Any) -> Any:
        answer: dict[str, Any] = json.loads(self._node.read(), object_hook=ohook)
        if "ok" in answer:
            return _answer(answer["ok"], response_type)
        if "callback" in answer:
            return _converter().structure(answer["callback"], Callback)
        raised = JSIIError if answer.get("name") == "@jsii/kernel.Fault" else RuntimeError
        raise raised(answer.get("error")) from JavaScriptError(answer.get("stack"))


class SlimProvider(ProcessProvider):  # type: ignore[misc,unused-ignore] # jsii has no types
    """jsii's provider with our process instead of its own."""

    def __init__(self, node: Node, restart: Callable[[], Node]) -> None:
        """`restart`: starts another process after `close`, at the next message."""
        self._kernel: Kernel | None = Kernel(node)
        self._restart = restart

    @property
    def _process(self) -> Kernel:
        if self._kernel is None:
            self._kernel = Kernel(self._restart())
        return self._kernel

    def close(self) -> None:
        """End Node and invalidate its objects; the next message starts another process."""
        if self._kernel is not None:
            self._kernel.stop()
            self._kernel = None
        _reference_map._refs._refs.clear()


def install(provider: ProcessProvider) -> None:
    """Set the provider of jsii."""
    jsii._runtime.kernel.provider = provider


def installed() -> ProcessProvider:
    """Return the provider of jsii."""
    provider: ProcessProvider = jsii._runtime.kernel.provider
    return provider


def _plain(value: Any) -> Any:
    if isinstance(value, ObjRef):
        return jdefault(_Reference(value))
    if isinstance(value, Override):
        return {"method": value.method, "property": value.property, "cookie": value.cookie}
    return jdefault(value)


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"), check_circular=False)


def _dense(arguments: list[Any]) -> list[Any]:
    """Return the arguments without unset options, which are most of a resource's and would be sent as null."""
    for argument in arguments:
        if isinstance(argument, dict) and "$jsii.struct" in argument:
            struct = argument["$jsii.struct"]
            struct["data"] = {name: value for name, value in struct["data"].items() if value is not None}
    return arguments


class _Reference:
    """A reference to an object of Node, for jsii."""

    def __init__(self, ref: ObjRef) -> None:
        self.__jsii_ref__ = ref


def _answer(body: Any, kind: Any) -> Any:
    if kind is None:
        return None
    if kind is InvokeResponse:
        return InvokeResponse(body.get("result"))
    if kind is GetResponse:
        return GetResponse(body.get("value"))
    if kind is CreateResponse and isinstance(body, ObjRef):
        return CreateResponse(body.ref, body.interfaces)
    return _converter().structure(body, kind)


def _converter() -> Any:
    """Return jsii's own converter, for rare messages."""
    from jsii._kernel.providers.process import _NodeProcess

    process = _NodeProcess.__new__(_NodeProcess)
    _NodeProcess.__init__(process)
    process.stop = lambda: None
    return process._serializer
