#!/usr/bin/env bash
# Installs ddms-compile and, by the list in its wheel, all that it needs: exact versions, and no file with another hash.
#
# REQUIREMENT  what to install, as in a requirements file of pip
# INDEX        the package index, when it is not pip's own
# INSTALLED    folder of the virtual environment to make
set -euo pipefail
: "${REQUIREMENT:?}" "${INSTALLED:?}"
if [[ -n ${INDEX:-} ]]; then
  export PIP_INDEX_URL=$INDEX
fi

python3 -m venv "$INSTALLED"
python=$INSTALLED/bin/python
# Python compiles what it imports: of the AWS bindings, that is little.
pip=("$python" -m pip --disable-pip-version-check install --quiet --no-compile)

# Only a requirements file takes a hash (pip's documentation, "Secure installs").
printf '%s\n' "$REQUIREMENT" > "$INSTALLED/ddms-compile.txt"
"${pip[@]}" --no-deps --requirement "$INSTALLED/ddms-compile.txt"

needed=$("$python" -c 'from importlib.resources import files; print(files("ddms_compile") / "requirements.txt")')
"${pip[@]}" --require-hashes --only-binary :all: --requirement "$needed"
