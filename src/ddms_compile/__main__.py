"""`python -m ddms_compile`."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the working directory, from which nothing else is to be imported: it is the user's repository

from ddms_compile.cli import main

if __name__ == "__main__":
    sys.exit(main())
