"""The same stacks with CDKTF loaded as its documentation shows: the whole package imported, the whole assembly read."""

import datetime
import sys
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

from ddms_compile.cdktf import Binding, load, session
from ddms_compile.pipeline import compile as pipeline
from ddms_compile.pipeline.request import Request


def main() -> None:
    """Compile the environments named in the arguments, in memory."""

    def load_plainly(types: Iterable[str], *, cache_dir: Path, **_: object) -> Binding:
        import cdktf_cdktf_provider_aws  # noqa: F401  (what `from cdktf_cdktf_provider_aws.vpc import Vpc` does first)

        return load(types, cache_dir=cache_dir, mode="full")

    request = Request(
        root=Path.cwd(), environments=tuple(sys.argv[1:]), today=datetime.date.today(), cache_dir=Path("unused")
    )
    with mock.patch.object(session, "load", load_plainly):
        compiled = pipeline.compile(request)
    if not compiled.artifacts:
        sys.exit("nothing was compiled")


if __name__ == "__main__":
    main()
