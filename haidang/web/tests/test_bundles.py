"""The joined stylesheet and script hold all their sources, tidied and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from haidang.web import bundles


def test_every_source_file_is_joined() -> None:
    styles = set((bundles.FOLDER / "css").glob("*.css"))
    scripts = set((bundles.FOLDER / "js").glob("*.js"))
    joined = [
        source
        for name, sources in bundles.BUNDLES.items()
        if name.startswith("web/")
        for source in sources
    ]
    assert set(joined) == styles | scripts
    assert len(joined) == len(set(joined))


def test_a_style_loses_comments_and_finds_its_fonts() -> None:
    tidy = bundles.style('/* why */\n.a {\n  color: red;\n  src: url("../../vendor/x.woff2");\n}\n')
    assert tidy == '.a{color: red;src: url("../vendor/x.woff2")}'


def test_a_script_keeps_its_names_and_its_strings() -> None:
    tidy = bundles.script('// why\nconst a = "http://x = y";\n  /* more */\n  f(a, `b => ${a}`);\n')
    assert tidy == '{\nconst a="http://x = y";f(a,`b => ${a}`);\n}'


def test_the_joined_styles_forbid_nothing_and_point_to_vendored_files() -> None:
    style = bundles.joined("web/app.css")
    assert "/*" not in style
    assert "@import" not in style
    assert 'url("../vendor/inter/inter-latin.woff2")' in style


def test_the_joined_script_needs_no_eval() -> None:
    script = "".join(bundles.joined(f"web/{name}.js") for name in ("app", "picker", "file"))
    for banned in ("eval(", "new Function", "innerHTML", "document.write", ".onclick ="):
        assert banned not in script.replace("this.clear.onclick =", "").replace(
            "this.chips.onclick =", ""
        ).replace("this.list.onclick =", "")


def test_the_finder_writes_a_bundle_and_renews_it(
    settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    finder = bundles.BundleFinder()
    found = Path(finder.find("web/app.css"))
    assert found.read_text(encoding="utf-8") == bundles.joined("web/app.css")
    found.write_text("old")
    import os

    os.utime(found, (1, 1))
    assert Path(finder.find("web/app.css")).read_text() != "old"
    assert finder.find("web/none.css") == []
    assert {name for name, _storage in finder.list(None)} >= {"web/app.css", "web/app.js"}


def test_static_files_know_the_bundles() -> None:
    assert finders.find("web/app.js")
    assert finders.find("vendor/htmx/htmx.min.js")
