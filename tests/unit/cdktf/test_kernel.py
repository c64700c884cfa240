"""What is not waited for is still checked: each answer is read, in order, before anything that depends on it."""

import json
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from jsii._kernel.types import CreateRequest, CreateResponse, InvokeRequest, InvokeResponse, ObjRef

from ddms_compile.cdktf.engine import BindingError
from ddms_compile.cdktf.kernel import WINDOW, Kernel
from ddms_compile.cdktf.store import SlimFolder


class Peer:
    """Stands at the other end: numbers objects as jsii does, and fails where it is told to."""

    def __init__(self, *, first: int = 10_000, skip: int = 0, fails: str = "") -> None:
        self.entry = SlimFolder(Path(), {"assemblies": [], "submodules": {}})
        self._next, self._skip, self._fails = first, skip, fails
        self._answers: deque[bytes] = deque()
        self.longest = 0

    def settle(self) -> None:
        """It is always up."""

    def stop(self) -> None:
        """It never was."""

    def write(self, message: bytes) -> None:
        body = json.loads(message)
        if body["api"] == "create":
            answer: Any = {"ok": {"$jsii.byref": f"{body['fqn']}@{self._next}"}}
            self._next += 1 + self._skip
        elif body.get("method") == self._fails:
            answer = {"error": f"{self._fails} went wrong", "stack": ""}
        else:
            answer = {"ok": {"result": body.get("method")}}
        self._answers.append(json.dumps(answer).encode() + b"\n")
        self.longest = max(self.longest, len(self._answers))

    def read(self) -> bytes:
        return self._answers.popleft()


def _create(kernel: Kernel, number: int = 0) -> CreateResponse:
    made: CreateResponse = kernel.send(CreateRequest(fqn=f"a.B{number}"), CreateResponse)
    return made


def _call(kernel: Kernel, method: str) -> Any:
    return kernel.send(InvokeRequest(objref=ObjRef("a.B@10000"), method=method, args=[]), InvokeResponse)


def test_names_are_known_before_they_are_answered() -> None:
    """Objects are named as jsii numbers them, also after a message that may have numbered others."""
    peer = Peer()
    kernel = Kernel(peer)  # type: ignore[arg-type]
    names = [_create(kernel, number).ref for number in range(3)]
    assert _call(kernel, "toString").result == "toString"
    names += [_create(kernel, number).ref for number in range(3, 5)]
    assert names == [f"a.B{number}@{10_000 + number}" for number in range(5)]


def test_a_name_that_is_another_one_is_an_error() -> None:
    """Elements would silently be put into the wrong places if jsii numbered its objects another way."""
    kernel = Kernel(Peer(skip=1))  # type: ignore[arg-type]
    _create(kernel)
    _create(kernel)
    with pytest.raises(BindingError, match=r"'a\.B0@10002' and not 'a\.B0@10001'"):
        _call(kernel, "synth")


def test_an_error_of_a_method_that_returns_nothing_is_raised_by_the_next_message() -> None:
    """Nothing that CDKTF refuses gets lost."""
    kernel = Kernel(Peer(fails="addOverride"))  # type: ignore[arg-type]
    _call(kernel, "addOverride")
    with pytest.raises(RuntimeError, match="addOverride went wrong"):
        _call(kernel, "synth")


def test_few_answers_wait() -> None:
    """Else both sides could wait for the other to read."""
    peer = Peer()
    kernel = Kernel(peer)  # type: ignore[arg-type]
    for number in range(10 * WINDOW):
        _create(kernel, number)
        _call(kernel, "overrideLogicalId")
    assert peer.longest <= WINDOW + 1
