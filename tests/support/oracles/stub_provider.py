"""A provider that has a schema and does nothing else: run as a program, it serves Terraform over a socket.

    python -m oracles.stub_provider SOCKET SECONDS SCHEMA…

It speaks plugin protocol 6 (github.com/hashicorp/terraform, docs/plugin-protocol) and ends after SECONDS, or when its
parent does. Terraform finds it by TF_REATTACH_PROVIDERS. `terraform validate` and `terraform test` with mock providers
need nothing of a provider but its schema.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from tf.gen import grpc_controller_pb2 as controller
from tf.gen import grpc_controller_pb2_grpc as controller_rpc
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

WRITE_ONLY = b"\x58\x01"
"""Field 11 of an attribute, `write_only`, which the package's generated code is too old to know."""


def to_block(block: dict[str, Any], *, top: bool = False) -> Any:
    """A block of our schema as the protocol has it."""
    attributes = [_attribute(name, attribute) for name, attribute in sorted(block["attributes"].items())]
    if top and "id" not in block["attributes"]:
        attributes.append(_attribute("id", {"type": "string", "computed": True}))
    return pb.Schema.Block(
        version=0,
        attributes=attributes,
        block_types=[
            pb.Schema.NestedBlock(
                type_name=name,
                block=to_block(nested["block"]),
                nesting=pb.Schema.NestedBlock.NestingMode.Value(nested["nesting"].upper()),
                max_items=nested.get("max", 0),
            )
            for name, nested in sorted(block["blocks"].items())
        ],
    )


def _attribute(name: str, attribute: dict[str, Any]) -> Any:
    required, computed = attribute.get("required", False), attribute.get("computed", False)
    write_only = name.endswith("_wo")
    result = pb.Schema.Attribute(
        name=name,
        required=required,
        optional=not required and not computed,
        computed=computed or (not required and not write_only),
    )
    if "nested" in attribute:
        result.nested_type.CopyFrom(
            pb.Schema.Object(
                nesting=pb.Schema.Object.NestingMode.Value(attribute["nesting"].upper()),
                attributes=[
                    _attribute(n, a)
                    for n, a in sorted((attribute["nested"]["attributes"] | _as_objects(attribute)).items())
                ],
            )
        )
    else:
        result.type = json.dumps(attribute["type"]).encode()
    if write_only:
        result.MergeFromString(WRITE_ONLY)
    return result


def _as_objects(attribute: dict[str, Any]) -> dict[str, Any]:
    """Blocks inside an attribute are attributes too."""
    return {
        name: {"nested": nested["block"], "nesting": nested["nesting"]}
        for name, nested in attribute["nested"]["blocks"].items()
    }


class StubProvider(rpc.ProviderServicer):  # type: ignore[misc]
    """Answers what Terraform asks about the schema, and agrees to everything else."""

    def __init__(self, schema: dict[str, Any]) -> None:
        empty = pb.Schema(version=0, block=pb.Schema.Block())
        self._schema = pb.GetProviderSchema.Response(
            provider=pb.Schema(version=0, block=to_block(schema["provider"])),
            provider_meta=empty,
            resource_schemas=_schemas(schema["resource"]),
            data_source_schemas=_schemas(schema["data"]),
        )

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        return self._schema

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        return pb.ConfigureProvider.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:
        return pb.UpgradeResourceState.Response(upgraded_state=pb.DynamicValue(json=request.raw_state.json))

    def StopProvider(self, request: Any, context: Any) -> Any:
        return pb.StopProvider.Response()


def _schemas(blocks: dict[str, Any]) -> dict[str, Any]:
    return {name: pb.Schema(version=0, block=to_block(block, top=True)) for name, block in blocks.items()}


class _Controller(controller_rpc.GRPCControllerServicer):  # type: ignore[misc]
    """Terraform says goodbye after each run; the next run wants the same provider."""

    def Shutdown(self, request: Any, context: Any) -> Any:
        return controller.Empty()


def serve(socket: str, seconds: float, provider: StubProvider) -> None:
    """Serve until the time is over or the parent is gone."""
    parent, end = os.getppid(), time.monotonic() + seconds
    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=unlimited)
    rpc.add_ProviderServicer_to_server(provider, server)
    controller_rpc.add_GRPCControllerServicer_to_server(_Controller(), server)
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    print("ready", flush=True)
    while time.monotonic() < end and os.getppid() == parent:
        time.sleep(0.2)
    server.stop(grace=None)


if __name__ == "__main__":
    serve(sys.argv[1], float(sys.argv[2]), StubProvider(json.loads(Path(sys.argv[3]).read_text("utf-8"))))
