"""The real hashicorp/aws provider, asked over its plugin protocol: no Terraform, no network, made-up credentials.

It serves gRPC on a socket that it names in its first line (github.com/hashicorp/go-plugin, "Plugin handshake").
"""

import os
import subprocess
from pathlib import Path

import grpc
from tf.gen import tfplugin_pb2 as pb

from rehearse.protocol import complete, dynamic

SECONDS = 120
"""For one answer."""

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]

COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
"""The same for every provider: github.com/hashicorp/terraform-plugin-go, tfprotov5/tf5server."""

CONFIGURATION = {
    "region": "eu-west-1",
    "access_key": "made-up",
    "secret_key": "made-up",
    "skip_credentials_validation": True,
    "skip_requesting_account_id": True,
    "skip_metadata_api_check": "true",
    "skip_region_validation": True,
}

ENVIRON = {
    "TF_PLUGIN_MAGIC_COOKIE": COOKIE,
    "PLUGIN_PROTOCOL_VERSIONS": "5",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # nobody listens there: a call to AWS is an error, not a visit
    "TF_LOG": "",
}


class RealProvider:
    """A running provider. `resources`, `sources`: its schemas by type."""

    def __init__(self, binary: Path) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._process = subprocess.Popen(
            [str(binary)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ | ENVIRON
        )
        assert self._process.stdout is not None
        handshake = self._process.stdout.readline().decode().strip().split("|")
        if len(handshake) < 5 or (handshake[1], handshake[4]) != ("5", "grpc"):
            self.close()
            raise RuntimeError(f"{binary.name} does not speak plugin protocol 5: {handshake}")
        network, address = handshake[2:4]
        self._channel = grpc.insecure_channel(f"unix:{address}" if network == "unix" else address, options=UNLIMITED)
        schema = pb.GetProviderSchema.Response.FromString(self.ask("GetSchema", b""))
        self.resources, self.sources = schema.resource_schemas, schema.data_source_schemas
        config = dynamic(complete(schema.provider.block, CONFIGURATION))
        request = pb.ConfigureProvider.Request(terraform_version="1.11.4", config=config)
        answer = pb.ConfigureProvider.Response.FromString(self.ask("Configure", request.SerializeToString()))
        if problems := [d.summary for d in answer.diagnostics if d.severity == pb.Diagnostic.ERROR]:
            self.close()
            raise RuntimeError(f"the provider cannot be configured: {problems}")

    def ask(self, method: str, request: bytes) -> bytes:
        """The answer to a request, both as they are on the wire."""
        answer: bytes = self._channel.unary_unary(f"/tfplugin5.Provider/{method}")(request, timeout=SECONDS)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def binary_of(root: Path, version: str, source: str) -> Path:
    """The program of a provider in a filesystem mirror (unpacked layout). Raises FileNotFoundError."""
    for found in sorted((root / source / version).glob("linux_*/terraform-provider-*")):
        return found
    raise FileNotFoundError(f"{root / source / version} holds no unpacked provider")


__all__ = ["UNLIMITED", "RealProvider", "binary_of"]
