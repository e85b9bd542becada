"""Rules of the templates that a policy, a translator or a screen reader depends on.

    python -m tools.lint_templates            prints every fault with file and line

- no style attribute, no inline script or style sheet, no on... handler (the policy forbids
  them);
- no htmx attribute that holds an expression (it would need eval): hx-on, js: values,
  hx-vars, conditions in hx-trigger;
- every word that people read goes through a translation;
- nothing is marked safe, but for the exceptions below, each with its reason;
- images and icon-only buttons have a name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

#: (template, the whole expression) that may be marked safe: why it holds no foreign markup.
SAFE: dict[tuple[str, str], str] = {
    ("strategy/map.html", "map.payload|safe"): "JSON in which facts.dump has escaped every <",
}

#: Texts that are the same in every language: signs, numbers, keys, names of languages.
_NO_WORDS = re.compile(r"^[\W\d_]*$")
SAME_EVERYWHERE = {
    *("Haidang", "Tiếng Việt", "English", "OKR", "KPI", "OpenAPI 3.1"),
    *("Ctrl", "Ctrl K", "Esc", "K", "G"),
}
#: Pages that show samples of data; their sample texts are no interface.
SAMPLES = {"web/design.html"}

_READ_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
_QUIET_TAGS = {"script", "style", "svg", "code", "pre"}
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
#: Blocks that hold class names and no words.
_CLASSES = re.compile(
    r"\{%-?\s*block (?:layout|content_class|aside_class)\b.*?%\}.*?\{%-?\s*endblock\b.*?%\}",
    re.DOTALL,
)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?%\}.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)


class Fault(NamedTuple):
    path: str
    line: int
    text: str


class _Reader(HTMLParser):
    """Walks the markup between the Jinja parts, which stand as private-use signs."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.faults: list[tuple[int, str]] = []
        self._open: list[str] = []

    def _fault(self, text: str) -> None:
        self.faults.append((self.getpos()[0], text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "style", "pre", "code", "svg"}:
            self._open.append(tag)
        if tag == "style":
            self._fault("an inline style sheet: the policy forbids it")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self._fault("inline script: the policy forbids it")
        if tag == "img" and "alt" not in given:
            self._fault("an image without alt")
        for name, value in attrs:
            self._attribute(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open and self._open.pop() != tag:
                pass

    def _attribute(self, name: str, value: str) -> None:
        plain = name.removeprefix("data-")
        if name == "style":
            self._fault("a style attribute: use a class or an SVG attribute")
        elif re.fullmatch(r"on[a-z]+", name):
            self._fault(f"an inline handler: {name}")
        elif plain.startswith("hx-"):
            self._htmx(plain, value)
        elif name in {"href", "src", "action"} and value.strip().lower().startswith("javascript:"):
            self._fault(f"script in {name}")
        elif name in _READ_ATTRIBUTES:
            self._words(value, f"{name} is not translated")

    def _htmx(self, name: str, value: str) -> None:
        if name.startswith(("hx-on", "hx-vars")):
            self._fault(f"{name} holds an expression and would need eval")
        if value.strip().lower().startswith(("js:", "javascript:")):
            self._fault(f"{name} holds an expression and would need eval")
        if name.startswith("hx-trigger") and "[" in value:
            self._fault("hx-trigger with a condition would need eval")

    def handle_data(self, data: str) -> None:
        if not any(tag in _QUIET_TAGS - {"svg"} for tag in self._open):
            self._words(data, "not translated")

    def _words(self, text: str, complaint: str) -> None:
        if self.name in SAMPLES:
            return
        for part in re.split("[\ue000\n]+", text):
            words = part.strip()
            if words and not _NO_WORDS.match(words) and words not in SAME_EVERYWHERE:
                self._fault(f"{complaint}: {words[:60]!r}")


def _blank(found: re.Match[str]) -> str:
    """As many lines as before, and a sign that no text has."""
    return "\ue000" + "\n" * found[0].count("\n")


def _expressions(name: str, text: str) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL):
        line = text.count("\n", 0, found.start()) + 1
        inside = found[0][2:-2].strip("- \n")
        if re.search(r"\|\s*safe\b|\bMarkup\(|autoescape\s+false", inside) and (
            (name, inside) not in SAFE
        ):
            yield line, f"marked safe without a reason in tools/lint_templates.py: {inside[:60]}"
        if re.search(r"\bhx_on|\bonclick\s*=|\bstyle\s*=\s*[\"']", inside):
            yield line, f"a handler or style through a macro: {inside[:60]}"
        if re.search(r"hx_(vals|headers|vars)\s*=\s*[\"']\s*(js|javascript):", inside):
            yield line, "an expression in an htmx attribute would need eval"
        if re.search(r"hx_trigger\s*=\s*[\"'][^\"']*\[", inside):
            yield line, "hx_trigger with a condition would need eval"
        yield from ((line, fault) for fault in _unsaid(name, inside))


def _unsaid(name: str, inside: str) -> Iterator[str]:
    """Words given to a macro of the components that are no translation."""
    if name in SAMPLES or "ui." not in inside:
        return
    call = re.search(
        r"\bui\.(button|submit|menu_item|badge|notice|empty|card|dialog)\((.*)", inside, re.S
    )
    if call and (first := re.match(r"\s*[\"']([^\"']*)[\"']", call[2])):
        at = 0 if call[1] not in {"empty", "dialog"} else 1
        if at == 0 and not _NO_WORDS.match(first[1]) and first[1] not in SAME_EVERYWHERE:
            yield f"not translated in ui.{call[1]}: {first[1][:60]!r}"


def faults_of(name: str, text: str) -> list[Fault]:
    """Every fault of a template's source; `name` is what other templates call it."""
    reader = _Reader(name)
    reader.feed(_JINJA.sub(_blank, _TRANS.sub(_blank, _CLASSES.sub(_blank, text))))
    reader.close()
    found = [*reader.faults, *_expressions(name, text)]
    return [Fault(name, line, words) for line, words in sorted(set(found))]


def templates() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "haidang").glob("*/templates/**/*.html")):
        yield (
            path.relative_to(
                path.parents[len(path.parts) - path.parts.index("templates") - 2]
            ).as_posix(),
            path,
        )


def problems() -> list[Fault]:
    return [
        fault
        for name, path in templates()
        for fault in faults_of(name, path.read_text(encoding="utf-8"))
    ]


def main() -> int:
    found = problems()
    sys.stderr.write("".join(f"{f.path}:{f.line}: {f.text}\n" for f in found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
