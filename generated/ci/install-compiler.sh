#!/usr/bin/env bash
# Installs ddms-compile and the dependencies that its wheel lists: exact versions, each file verified by its hash.
#
# REQUIREMENT  the requirement, as in a pip requirements file
# INDEX        the package index, if it is not pip's default
# INSTALLED    folder of the virtual environment to create
set -euo pipefail
: "${REQUIREMENT:?}" "${INSTALLED:?}"
if [[ -n ${INDEX:-} ]]; then
  export PIP_INDEX_URL=$INDEX
fi

python3 -m venv "$INSTALLED"
python=$INSTALLED/bin/python
# Python compiles modules on import; of the AWS bindings few are imported.
pip=("$python" -m pip --disable-pip-version-check install --quiet --no-compile)

# Only a requirements file accepts a hash (pip's documentation, "Secure installs").
printf '%s\n' "$REQUIREMENT" > "$INSTALLED/ddms-compile.txt"
"${pip[@]}" --no-deps --requirement "$INSTALLED/ddms-compile.txt"

needed=$("$python" -c 'from importlib.resources import files; print(files("ddms_compile") / "requirements.txt")')
"${pip[@]}" --require-hashes --only-binary :all: --requirement "$needed"
