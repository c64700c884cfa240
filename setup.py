"""Puts into the package what has its one source elsewhere: the charts, and the exact versions of what it needs."""

from pathlib import Path
from shutil import copyfile, copytree

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithData(build_py):
    """Copies `helm/` to `charts/`, the lock file to `requirements.txt`; an editable install reads `helm/`."""

    def run(self) -> None:
        """The usual work, then the copies."""
        super().run()
        if not self.editable_mode:
            package = Path(self.build_lib) / "ddms_compile"
            copytree("helm", package / "charts", dirs_exist_ok=True)
            copyfile(".requirements/runtime.txt", package / "requirements.txt")


setup(cmdclass={"build_py": BuildWithData})
