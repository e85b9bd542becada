"""The one step of a build that pyproject.toml cannot say: catalogues are compiled into it.

Everything else about the package stands in pyproject.toml.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTexts(build_py):
    """Without them the program speaks English only: the .mo files are not in the repository."""

    def run(self) -> None:
        super().run()
        goal = Path() if self.editable_mode else Path(self.build_lib)
        for source in sorted(Path("haidang").glob("*/locale/*/LC_MESSAGES/*.po")):
            compiled = goal / source.with_suffix(".mo")
            compiled.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as texts:
                catalogue = read_po(texts, locale=source.parts[-3], charset="utf-8")
            with compiled.open("wb") as file:
                write_mo(file, catalogue)


setup(cmdclass={"build_py": BuildWithTexts})
