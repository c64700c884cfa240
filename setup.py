"""Puts the charts under `helm/` into the package, as `ddms_compile/charts/`: one source, no copy in git."""

from pathlib import Path
from shutil import copytree

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCharts(build_py):
    """Copies `helm/` beside the modules; an editable install reads it where it is."""

    def run(self) -> None:
        """The usual work, then the charts."""
        super().run()
        if not self.editable_mode:
            copytree("helm", Path(self.build_lib) / "ddms_compile" / "charts", dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithCharts})
