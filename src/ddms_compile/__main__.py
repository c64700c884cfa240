"""`python -m ddms_compile`."""

import sys

from ddms_compile.cli import main

if __name__ == "__main__":
    sys.exit(main())
