"""The go-between: Terraform's AWS provider, as far as Terraform can tell.

    python -m rehearse.between SOCKET BINARY SECONDS

Schemas, validation, and every plan come from the real provider; an apply changes the made-up account alone, a read
finds what is in it. The provider's `access_key` is the path of the account's file.
It ends after SECONDS, or with its parent.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from tf.gen import tfplugin_pb2 as pb

from rehearse import laws, world
from rehearse.account import Account
from rehearse.protocol import complete, dynamic, fill, unpack
from rehearse.real_provider import UNLIMITED, RealProvider


class Between:
    """Answers what the account knows, and passes on everything else."""

    def __init__(self, provider: RealProvider) -> None:
        self._provider = provider
        self._lock = threading.Lock()
        self._file = Path(os.devnull)
        self._account = Account()
        self.own: dict[str, Callable[[bytes], Any]] = {
            "Configure": self._configure,
            "ApplyResourceChange": self._apply,
            "ReadResource": self._read,
            "ReadDataSource": self._look_up,
            "ImportResourceState": self._import,
            "Stop": lambda _: pb.StopProvider.Response(),
        }

    def ask(self, method: str, request: bytes) -> bytes:
        """The answer to a request of Terraform, both as they are on the wire."""
        if method not in self.own:
            return self._provider.ask(method, request)
        try:
            answer: bytes = self.own[method](request).SerializeToString()
        except Exception as error:
            print(f"{method}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            raise
        return answer

    def _configure(self, data: bytes) -> Any:
        config = unpack(pb.ConfigureProvider.Request.FromString(data).config.msgpack)
        with self._lock:
            self._file = Path(config["access_key"])
            self._account = Account.load(self._file)
        return pb.ConfigureProvider.Response()

    def _apply(self, data: bytes) -> Any:
        request = pb.ApplyResourceChange.Request.FromString(data)
        kind, block = request.type_name, self._provider.resources[request.type_name].block
        prior, planned = unpack(request.prior_state.msgpack), unpack(request.planned_state.msgpack)
        with self._lock:
            try:
                state = self._changed(kind, block, prior, planned)
            except laws.Refused as refusal:
                problem = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=f"AWS refuses: {refusal}")
                return pb.ApplyResourceChange.Response(
                    new_state=request.prior_state, diagnostics=[problem], legacy_type_system=True
                )
            self._account.save(self._file)
        return pb.ApplyResourceChange.Response(
            new_state=dynamic(state), private=request.planned_private, legacy_type_system=True
        )

    def _changed(self, kind: str, block: Any, prior: Any, planned: Any) -> Any:
        account = self._account
        if planned is None:
            laws.deletion(account, kind, prior)
            account.drop(kind, prior["id"])
            account.history.append(["delete", kind, prior["id"]])
            return None
        invent = account.invent(kind, planned, prior)
        state = fill(block, planned, prior, invent)
        assert state is not None
        if prior is None:
            state["id"] = invent.id
            laws.creation(account, kind, state)
        else:
            laws.update(account, kind, prior, state)
        account.put(kind, state["id"], state)
        account.history.append(["create" if prior is None else "update", kind, state["id"]])
        return state

    def _read(self, data: bytes) -> Any:
        request = pb.ReadResource.Request.FromString(data)
        current = unpack(request.current_state.msgpack)
        held = self._account.of(request.type_name).get(str((current or {}).get("id")))
        block = self._provider.resources[request.type_name].block
        state = complete(block, held) if held is not None else None
        return pb.ReadResource.Response(new_state=dynamic(state), private=request.private)

    def _look_up(self, data: bytes) -> Any:
        request = pb.ReadDataSource.Request.FromString(data)
        kind = request.type_name
        if kind in world.LOCAL:
            return pb.ReadDataSource.Response.FromString(self._provider.ask("ReadDataSource", data))
        block, wanted = self._provider.sources[kind].block, unpack(request.config.msgpack)
        found = world.answer(self._account, kind, wanted)
        if found is None:
            problem = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=f"AWS has no {kind} like {_given(wanted)}")
            return pb.ReadDataSource.Response(diagnostics=[problem])
        state = complete(block, found) | {name: value for name, value in wanted.items() if value not in (None, [])}
        return pb.ReadDataSource.Response(state=dynamic(state))

    def _import(self, data: bytes) -> Any:
        request = pb.ImportResourceState.Request.FromString(data)
        held = self._account.of(request.type_name).get(request.id)
        if held is None:
            summary = f"AWS has no {request.type_name} with the id {request.id}"
            problem = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=summary)
            return pb.ImportResourceState.Response(diagnostics=[problem])
        state = dynamic(complete(self._provider.resources[request.type_name].block, held))
        imported = pb.ImportResourceState.ImportedResource(type_name=request.type_name, state=state)
        return pb.ImportResourceState.Response(imported_resources=[imported])


def _given(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if value not in (None, [], {})}


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, between: Between) -> None:
        self._between = between

    def service(self, details: Any) -> Any:
        service, _, method = details.method.rpartition("/")
        if service == "/plugin.GRPCController":  # Terraform says goodbye after each run
            return grpc.unary_unary_rpc_method_handler(lambda *_: b"")
        if service != "/tfplugin5.Provider":
            return None
        return grpc.unary_unary_rpc_method_handler(lambda request, _: self._between.ask(method, request))


def serve(socket: str, binary: Path, seconds: float) -> None:
    """Serve until the time is over or the parent is gone."""
    parent, end = os.getppid(), time.monotonic() + seconds
    provider = RealProvider(binary)
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=UNLIMITED)
    try:
        server.add_generic_rpc_handlers((_Handler(Between(provider)),))
        server.add_insecure_port(f"unix://{socket}")
        server.start()
        print("ready", flush=True)
        while time.monotonic() < end and os.getppid() == parent:
            time.sleep(0.2)
    finally:
        server.stop(grace=None)
        provider.close()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
