"""The table of commands, in the order in which help lists them."""

from ddms_compile.cli import (
    build,
    check,
    completion,
    env_list,
    explain,
    explain_code,
    schema,
    secrets,
    synth,
    version,
)

COMMANDS = (build, check, env_list, explain, secrets, explain_code, schema, synth, completion, version)
