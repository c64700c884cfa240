"""The single-page app: what is built into it."""

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve.environment import Environment


def built_in(environment: Environment) -> dict[str, Traced[str]]:
    """Variables that Vite writes into the app when its image is built; none for an image from elsewhere.

    Vite exposes what begins with `VITE_`, at build time alone (Vite guide, "Env Variables and Modes").
    """
    elsewhere = environment.read(lambda s: s.tier != "local" and bool(s.workloads.frontend.image.repository))
    if elsewhere.value:
        return {}
    given = environment.read.table(lambda s: s.workloads.frontend.environment)
    return {name: value.because(elsewhere.keys) for name, value in sorted(given.items())}
