"""The same stacks with CDKTF loaded as its documentation shows: the whole package imported, the whole assembly read."""

import datetime
import sys
from pathlib import Path
from typing import Any

from ddms_compile.cdktf import load, session
from ddms_compile.pipeline import compile as pipeline
from ddms_compile.pipeline.request import Request


def main() -> None:
    """Compile the environments named in the arguments, in memory."""

    def load_plainly(types: Any, *, cache_dir: Path, **_: Any) -> Any:
        import cdktf_cdktf_provider_aws  # noqa: F401  (what `from cdktf_cdktf_provider_aws.vpc import Vpc` does first)

        return load(types, cache_dir=cache_dir, mode="full")

    session.load = load_plainly  # type: ignore[assignment]
    compiled = pipeline.compile(
        Request(
            root=Path.cwd(),
            environments=tuple(sys.argv[1:]),
            today=datetime.date.today(),
            cache_dir=Path("unused"),
        )
    )
    if not compiled.artifacts:
        sys.exit("nothing was compiled")


if __name__ == "__main__":
    main()
