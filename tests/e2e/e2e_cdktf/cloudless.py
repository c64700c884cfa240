"""An app of cdktf.json: two stacks that need no cloud, written by the code that writes all others."""

import json
import os
from pathlib import Path

from ddms_compile.cli.synth import stacks_of, write_assembly
from ddms_compile.provenance.artifact import Artifact

NAME = "${terraform_data.network.output}"
STATE = {"backend": "local", "config": {"path": "${path.module}/../../../terraform.test-foundation.tfstate"}}


def stack(name: str, document: dict[str, object]) -> Artifact:
    """One stack, as the compiler hands it on."""
    path = f"generated/test/terraform/stacks/{name}/cdk.tf.json"
    return Artifact(path=path, text=json.dumps(document), environment="test", emitter="terraform")


def backend(name: str) -> dict[str, object]:
    """State in the project's root."""
    return {"backend": {"local": {"path": f"{Path.cwd()}/terraform.test-{name}.tfstate"}}}


def noted(name: str, value: str) -> dict[str, object]:
    """A resource that writes down when it comes and goes."""
    come, go = f"echo +{name} >> {Path.cwd()}/order", f"echo -{name} >> {Path.cwd()}/order"
    provisioners = [{"local-exec": {"command": come}}, {"local-exec": {"command": go, "when": "destroy"}}]
    return {"input": value, "provisioner": provisioners}


if __name__ == "__main__":
    foundation: dict[str, object] = {
        "terraform": backend("foundation"),
        "resource": {"terraform_data": {"network": noted("network", "10.0.0.0/16")}},
        "output": {"network": {"value": NAME}},
    }
    platform: dict[str, object] = {
        "terraform": backend("platform"),
        "data": {"terraform_remote_state": {"foundation": STATE}},
        "resource": {
            "terraform_data": {"addon": noted("addon", "on ${data.terraform_remote_state.foundation.outputs.network}")}
        },
        "output": {"addon": {"value": "${terraform_data.addon.output}"}},
    }
    artifacts = (stack("foundation", foundation), stack("platform", platform))
    write_assembly(Path.cwd(), os.environ.get("CDKTF_OUTDIR") or "cdktf.out", stacks_of(artifacts), [])
