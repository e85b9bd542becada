"""What is vendored is what is listed and pinned, unchanged, with its licence, and small."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from haidang.web import bundles, icons, vendor


@pytest.mark.parametrize("folder", vendor.FOLDERS, ids=lambda folder: folder.pins)
def test_the_vendored_files_are_the_listed_ones(folder: vendor.Folder) -> None:
    assert vendor.problems(folder) == []


def test_every_package_brings_its_licence() -> None:
    for folder in vendor.FOLDERS:
        for package in folder.path.iterdir():
            assert package == folder.manifest or (package / "LICENSE").is_file()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> vendor.Folder:
    folder = vendor.PACKAGE._replace(path=tmp_path / "vendor")
    shutil.copytree(vendor.PACKAGE.path, folder.path)
    monkeypatch.setattr(vendor, "FOLDERS", [folder])
    return folder


def test_a_changed_file_is_found(copy: vendor.Folder) -> None:
    assert vendor.main(["--check"]) == 0
    (copy.path / "htmx" / "htmx.min.js").write_text("alert(1)")
    assert vendor.problems(copy) == ["changed: htmx/htmx.min.js"]
    assert vendor.main(["--check"]) == 1


def test_a_stray_and_a_missing_file_are_found(copy: vendor.Folder) -> None:
    (copy.path / "icons" / "stray.svg").write_text("<svg/>")
    (copy.path / "icons" / "home.svg").unlink()
    found = vendor.problems(copy)
    assert "missing: icons/home.svg" in found
    assert "not in the manifest: icons/stray.svg" in found
    assert "listed but not vendored: icons/home.svg" in found


def test_another_pin_is_found(copy: vendor.Folder) -> None:
    manifest = json.loads(copy.manifest.read_text())
    manifest["packages"]["htmx.org"] = "2.0.0"
    copy.manifest.write_text(json.dumps(manifest))
    assert vendor.problems(copy) == ["package.json pins other versions than the vendored ones"]


def test_pins_are_exact_and_name_no_registry() -> None:
    package = json.loads((vendor.ROOT / "package.json").read_text())
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert all(pin[0].isdigit() for pin in pins.values())
    lock = (vendor.ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock


def test_a_first_visit_stays_light() -> None:
    """Spec: css 16 kB, common scripts 20, fonts 60, as they travel."""
    style = len(gzip.compress(bundles.joined("web/app.css").encode(), 9))
    own = len(gzip.compress(bundles.joined("web/app.js").encode(), 9))
    htmx = len(gzip.compress((vendor.PACKAGE.path / "htmx" / "htmx.min.js").read_bytes(), 9))
    fonts = sum(path.stat().st_size for path in vendor.PACKAGE.path.glob("inter/*.woff2"))
    assert style <= 16_000
    assert own + htmx <= 20_000
    assert fonts <= 60_000


def test_icons_are_inlined_and_named_only_when_alone() -> None:
    quiet = icons.icon("home")
    assert 'aria-hidden="true"' in quiet
    assert "<path" in quiet
    assert 'stroke="none"' not in quiet
    assert 'aria-label="&lt;b&gt;"' in icons.icon("home", "<b>")


@pytest.mark.parametrize("file", sorted(icons.FOLDER.glob("*.svg")), ids=lambda file: file.stem)
def test_an_icon_is_one_path_with_all_lines_of_its_file(file: Path) -> None:
    drawn = re.findall(r"<(?!svg|/)[^>]*>", file.read_text(encoding="utf-8"))
    lines = [re.sub(r'^<path d="|" ?/>$', "", shape) for shape in drawn if "none" not in shape]
    assert icons.shapes(file.stem) == f'<path d="{"".join(lines)}"/>'


@pytest.mark.parametrize("name", ["../LICENSE", "no-such-icon", "Home", ""])
def test_an_unknown_icon_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        icons.icon(name)


def test_every_sign_of_a_kind_and_a_health_is_vendored() -> None:
    for name in [*icons.KINDS.values(), *icons.HEALTH.values()]:
        assert icons.shapes(name)
