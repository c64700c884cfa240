from ddms_compile.cdktf.types import TYPES
from terraform.documents import Stack
from terraform.shapes import SHAPES

STACKS = ("foundation", "platform", "bootstrap")


def test_the_table_of_types_is_what_all_shapes_together_use(stack: Stack) -> None:
    """TYPES holds each type that some environment uses, no other, in order."""
    used = set()
    for shape in SHAPES:
        for name in STACKS:
            document = stack(shape, name)
            used |= set(document.get("resource", {}))
            used |= {f"data.{kind}" for kind in document.get("data", {})}
    # The core's own, not a provider's.
    used.discard("data.terraform_remote_state")
    assert list(TYPES) == sorted(used)
