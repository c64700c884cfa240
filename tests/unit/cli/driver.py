"""`python driver.py ARGS…` is `ddms-compile ARGS…` with the fake pipeline, for tests that need a whole process."""

import sys

import fake_pipeline

sys.modules["ddms_compile.pipeline.compile"] = fake_pipeline

if __name__ == "__main__":
    from ddms_compile.cli import main

    sys.exit(main())
