"""The Node process in which CDKTF runs, as jsii's kernel sees it.

jsii starts Node twice (a wrapper that copies every byte, and the worker) and waits for both at exit. Here the worker is
started alone and talks over a socket that it finds as file 3, as the wrapper would have given it. It leads its own
process group, so Ctrl-C reaches Python only, and it ends by itself when the socket closes, whatever became of Python.
Messages are jsii's own, put together without its generic converter, which costs more than the message.
"""

import atexit
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

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

from ddms_compile.synthesize.terraform.bindings.build import ROOT_VARIABLE
from ddms_compile.synthesize.terraform.bindings.engine import BindingError
from ddms_compile.synthesize.terraform.bindings.store import Entry

GRACE_SECONDS = 2.0
"""How long Node may take to end before it is killed."""

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


class NodeKernel:
    """One Node process with the assemblies of a folder loaded. Raises BindingError when it does not come up."""

    def __init__(self, node: Path, entry: Entry, compile_cache: Path | None) -> None:
        self._entry = entry
        self._home = Path(tempfile.mkdtemp(prefix="ddms-node-"))
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `stop`)
        ours, theirs = socket.socketpair()
        self._socket = ours
        self._pid = 0
        try:
            self._pid = _spawn(node, theirs, self._errors.fileno(), self._environment(compile_cache), entry.path)
        except OSError as error:
            self._cleanup()
            raise BindingError(f"Node could not be started: {error}") from error
        finally:
            theirs.close()
        self._input = ours.makefile("rb", buffering=1 << 16)
        atexit.register(self.stop)
        self._unsettled = True
        for name, version, tarball, module in entry.about["assemblies"]:
            self._write(LoadRequest(name=name, version=version, tarball=str(entry.path / tarball)))
            getattr(_reference_map, "_assembly_to_module", {})[name] = module
        getattr(_reference_map, "_submodule_fqn_map", {}).update(entry.about["submodules"])

    @property
    def settled(self) -> bool:
        """Whether Node is known to be up."""
        return not self._unsettled

    def settle(self) -> None:
        """Wait until Node is up and has loaded the assemblies. Until then Python has time for imports of its own."""
        if not self._unsettled:
            return
        self._unsettled = False
        try:
            hello = self._receive().get("hello")
            if not str(hello).startswith("@jsii/runtime@"):
                raise BindingError(f"Node answered {hello!r} instead of jsii's greeting")
            for _ in self._entry.about["assemblies"]:
                self._answer(None)
        except (OSError, RuntimeError, JSIIError, BindingError) as error:
            self.stop()
            raise BindingError(f"jsii could not load the bindings: {error}") from error

    def _environment(self, compile_cache: Path | None) -> dict[str, str]:
        """All that Node gets to see of its surroundings: nothing of the user's can change what CDKTF writes."""
        home = str(self._home)
        result = {
            ROOT_VARIABLE: str(self._entry.path),
            "HOME": home,
            "TMPDIR": home,
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "JSII_AGENT": f"Python/{sys.version_info.major}.{sys.version_info.minor}",
            "JSII_RUNTIME_PACKAGE_CACHE": "disabled",
            "CDKTF_OUTDIR": str(self._home / "cdktf.out"),
            "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1",
        }
        if compile_cache is not None:
            result["NODE_COMPILE_CACHE"] = str(compile_cache)
        return result

    def send(self, request: Any, response_type: Any) -> Any:
        """One message and its answer; `response_type` as jsii asks for it."""
        self.settle()
        self._write(request)
        return self._answer(response_type)

    def _write(self, request: Any) -> None:
        if type(request) in _API:
            body = {name: getattr(request, name) for name in type(request).__slots__ if name != "__weakref__"}
            body["api"] = _API[type(request)]
            if "args" in body:
                _dense(body["args"])
        else:  # the answer to a callback, wrapped
            body = {"complete": {name: getattr(request.complete, name) for name in ("cbid", "err", "result")}}
        try:
            self._socket.sendall(_ENCODER.encode(body).encode() + b"\n")
        except OSError:
            self._died()

    def _answer(self, response_type: Any) -> Any:
        answer = self._receive()
        if "ok" in answer:
            return _answer(answer["ok"], response_type)
        if "callback" in answer:
            return _converter().structure(answer["callback"], Callback)
        raised = JSIIError if answer.get("name") == "@jsii/kernel.Fault" else RuntimeError
        raise raised(answer.get("error")) from JavaScriptError(answer.get("stack"))

    def _receive(self) -> dict[str, Any]:
        line = self._input.readline()
        if not line.endswith(b"\n"):
            self._died()
        message: dict[str, Any] = json.loads(line, object_hook=ohook)
        return message

    def _died(self) -> NoReturn:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        said = self._errors.read().decode(errors="replace").strip()
        self.stop()
        raise BindingError("Node ended unexpectedly" + (f": {said}" if said else ""))

    def stop(self) -> None:
        """End Node. It may be called twice."""
        atexit.unregister(self.stop)
        self._socket.close()
        if hasattr(self, "_input"):
            self._input.close()
        if self._pid:
            _reap(self._pid)
            self._pid = 0
        self._cleanup()

    def _cleanup(self) -> None:
        self._errors.close()
        shutil.rmtree(self._home, ignore_errors=True)
        if self._entry.temporary:
            shutil.rmtree(self._entry.path, ignore_errors=True)


class SlimProvider(ProcessProvider):  # type: ignore[misc,unused-ignore] # jsii has no types
    """jsii's provider with our process in place of its own, started when the first message is sent."""

    def __init__(self, key: str, start: Callable[[], NodeKernel]) -> None:
        """`key`: which slim packages Node is started with."""
        self._key = key
        self._start = start
        self._kernel: NodeKernel | None = None

    @property
    def _process(self) -> NodeKernel:
        if self._kernel is None:
            self._kernel = self._start()
        return self._kernel

    def open(self) -> None:
        """Start Node now rather than later, without waiting for it. Raises BindingError."""
        _ = self._process

    def settle(self) -> None:
        """Wait until Node is ready. Raises BindingError."""
        self._process.settle()

    def starting(self, key: str) -> bool:
        """Whether Node was started with these packages and nobody has waited for it yet."""
        return self._key == key and self._kernel is not None and not self._kernel.settled

    def close(self) -> None:
        """End Node and forget every object in it; the next message starts another."""
        if self._kernel is not None:
            self._kernel.stop()
            self._kernel = None
        _reference_map._refs._refs.clear()


def install(provider: ProcessProvider) -> None:
    """Have jsii use the provider."""
    jsii._runtime.kernel.provider = provider


def installed() -> ProcessProvider:
    """The provider that jsii uses."""
    provider: ProcessProvider = jsii._runtime.kernel.provider
    return provider


def _spawn(node: Path, theirs: socket.socket, errors: int, environment: dict[str, str], folder: Path) -> int:
    # A small nursery: a third less memory in a long run for a twentieth more time.
    flags = ["--max-semi-space-size=1", "--preserve-symlinks"]
    arguments = [str(node), *flags, str(folder / "runtime" / "lib" / "program.js")]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, errors, 1),
        (os.POSIX_SPAWN_DUP2, errors, 2),
    ]
    # Not 3 itself: duplicating a file onto itself would leave it closed in the child.
    high = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD_CLOEXEC, 10)
    try:
        actions.append((os.POSIX_SPAWN_DUP2, high, 3))
        return os.posix_spawn(
            node, arguments, environment, file_actions=actions, setpgroup=0, setsigdef=[signal.SIGPIPE, signal.SIGINT]
        )
    finally:
        os.close(high)


def _reap(pid: int) -> None:
    """Wait until the process is gone; it ends by itself once its socket is closed."""
    limit = time.monotonic() + GRACE_SECONDS
    pause = 0.001
    try:
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > limit:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
    except (ChildProcessError, ProcessLookupError):
        return


def _plain(value: Any) -> Any:
    if isinstance(value, ObjRef):
        return jdefault(_Reference(value))
    if isinstance(value, Override):
        return {"method": value.method, "property": value.property, "cookie": value.cookie}
    return jdefault(value)


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"), check_circular=False)


def _dense(arguments: list[Any]) -> list[Any]:
    """The arguments without the options that were not given, which are most of a resource's and all sent as null."""
    for argument in arguments:
        if isinstance(argument, dict) and "$jsii.struct" in argument:
            struct = argument["$jsii.struct"]
            struct["data"] = {name: value for name, value in struct["data"].items() if value is not None}
    return arguments


class _Reference:
    """What jsii takes for an object of Node's."""

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
    """jsii's own converter, for the rare messages."""
    from jsii._kernel.providers.process import _NodeProcess

    process = _NodeProcess.__new__(_NodeProcess)
    _NodeProcess.__init__(process)
    process.stop = lambda: None
    return process._serializer
