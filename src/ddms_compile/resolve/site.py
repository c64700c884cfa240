"""Build-time variables of the frontend."""

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve.environment import Environment


def built_in(environment: Environment) -> dict[str, Traced[str]]:
    """Return the variables that Vite embeds when the image is built; none for a prebuilt image.

    Vite exposes variables with the prefix `VITE_`, at build time only (Vite guide, "Env Variables and Modes").
    """
    elsewhere = environment.read(lambda s: s.tier != "local" and bool(s.workloads.frontend.image.repository))
    if elsewhere.value:
        return {}
    given = environment.read.table(lambda s: s.workloads.frontend.environment)
    return {name: value.because(elsewhere.keys) for name, value in sorted(given.items())}
