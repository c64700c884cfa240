"""The table of commands, in the order in which help lists them."""

from ddms_compile.cli import (
    build,
    check,
    completion,
    env_list,
    env_new,
    explain,
    explain_code,
    forget,
    init,
    schema,
    secrets,
    synth,
    version,
)

COMMANDS = (
    init,
    build,
    check,
    env_list,
    env_new,
    forget,
    explain,
    secrets,
    explain_code,
    schema,
    synth,
    completion,
    version,
)
