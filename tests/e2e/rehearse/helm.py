"""The Helm provider, as far as a plan can tell: its exact schema, and releases that are only written down.

python -m rehearse.helm SOCKET SECONDS SCHEMA
"""

import json
import sys
from pathlib import Path
from typing import Any

from tf.gen import tfplugin_pb2 as pb

from oracles.stub_provider import StubProvider, serve
from rehearse.protocol import UNKNOWN, dynamic, unpack

REPLACES = ("name", "namespace")
"""hashicorp/terraform-provider-helm v3.1.1, helm/resource_helm_release.go: RequiresReplace."""


class HelmProvider(StubProvider):
    """Agrees to every release, and remembers none: the state does."""

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        prior, proposed = unpack(request.prior_state.msgpack), unpack(request.proposed_new_state.msgpack)
        replaced = [name for name in REPLACES if prior and proposed and prior[name] != proposed[name]]
        if proposed is not None:
            proposed |= {name: None for name in proposed if name.endswith("_wo")}
            proposed["id"] = UNKNOWN if prior is None or replaced else prior["id"]
        steps = [pb.AttributePath(steps=[pb.AttributePath.Step(attribute_name=name)]) for name in replaced]
        return pb.PlanResourceChange.Response(planned_state=dynamic(proposed), requires_replace=steps)

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        planned = unpack(request.planned_state.msgpack)
        if planned is not None:
            planned["id"] = planned["name"]
        return pb.ApplyResourceChange.Response(new_state=dynamic(planned))

    def ReadResource(self, request: Any, context: Any) -> Any:
        return pb.ReadResource.Response(new_state=request.current_state)


if __name__ == "__main__":
    serve(sys.argv[1], float(sys.argv[2]), HelmProvider(json.loads(Path(sys.argv[3]).read_text("utf-8"))))
