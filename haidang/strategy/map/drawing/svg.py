"""A map as one SVG that needs nothing else: areas, rails, links, cards, in vectors.

Text is escaped, colours are those of the light theme, and the font has fallbacks. Presentation
is written as attributes, since the page that prints it allows no styles inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from haidang.strategy.map.drawing.forest import Forest, Link, Node, together
from haidang.strategy.map.drawing.layout import CARD, Layout, Region, Sign
from haidang.strategy.map.drawing.text import cut, width, wrap
from haidang.strategy.map.rules import COUNTS, HELPS
from haidang.web import icons

FONTS = "Inter, 'Noto Sans', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
#: No data, not started, on track, at risk, off track, done: fill, and ink for words.
FILLS = ("#c9ced6", "#b3bac6", "#2a9d8f", "#eeb62b", "#8f1d3f", "#3b6fd4")
INKS = ("#5a5f6a", "#5a5f6a", "#12695e", "#7d5500", "#8f1d3f", "#2456b4")
HEALTHS = ("no_data", "not_started", "on_track", "at_risk", "off_track", "done")
AREAS = ("#e4e6f6", "#dcedf0", "#f4e9dc", "#f0e3f0", "#e3eedd", "#e6e8ec")
INK, SOFT, LINE, EDGE, RAIL, TRACK = (
    "#1a1b20",
    "#52565f",
    "#dfe1e8",
    "#b4b8c6",
    "#c3c7d3",
    "#e6e8ee",
)
ACCENT, WAITS = "#4d4fc4", "#b26a00"
#: What XML takes in no form.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BILLION = 1_000_000_000
#: From this size on cards are drawn for reading from further away.
_WIDE = 4200


@dataclass
class Words:
    """What is written on the map, in the reader's language."""

    title: str
    about: str
    healths: Sequence[str]
    states: Sequence[str]
    percent: Callable[[int | None], str]
    ups: str  # "+{0} above"


@dataclass
class Picture:
    """A map to draw: what hangs where, and what stands back."""

    forest: Forest
    layout: Layout
    is_open: Callable[[Node], bool]
    words: Words
    at: Node | None = None  # only what hangs together with it is in focus
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown = [node for node in self.forest.nodes if node.shown]
        self.lit: Collection[Node] | None = together(self.at) if self.at else None
        self.tops = {
            *self.layout.heads,
            *(r.top for r in self.layout.regions if r.top),
            *(block.top for block in self.layout.blocks),
        }
        self.near = self.layout.width < _WIDE

    def weak(self, node: Node) -> bool:
        return node not in self.lit if self.lit is not None else node.context


def draw(picture: Picture, margin: float = 40) -> Markup:
    """The picture as an SVG element, `margin` pixels wider on each side."""
    layout, words = picture.layout, picture.words
    w, h = layout.width + 2 * margin, layout.height + 2 * margin
    add = picture.parts.append
    corner = _n(-margin)
    add(
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="{corner} {corner} {_n(w)} {_n(h)}"'
        f' width="{_n(w)}" height="{_n(h)}" role="img" font-family="{FONTS}">'
        f"<title>{text(words.title)}</title><desc>{text(words.about)}</desc>"
    )
    add("<defs>" + "".join(map(_symbol, range(len(HEALTHS)))) + "</defs>")
    add(_box(-margin, -margin, w, h, 0, 'fill="#ffffff"'))
    _grounds(picture)
    _rails(picture)
    _links(picture)
    for node in picture.shown:
        _card(picture, node)
    add("</svg>")
    return Markup("".join(picture.parts))  # noqa: S704  every text in it is escaped


def text(value: str) -> str:
    """A text as XML takes it."""
    return str(escape(_UNFIT.sub("", value)))


def _n(value: float) -> str:
    """A number as short as a tenth of a pixel allows."""
    return f"{value:.1f}".removesuffix(".0")


def _symbol(health: int) -> str:
    shapes = icons.shapes(icons.HEALTH[HEALTHS[health]])
    return (
        f'<symbol id="h{health}" viewBox="0 0 24 24"><g fill="none" stroke="{INKS[health]}"'
        f' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</g></symbol>'
    )


def _box(x: float, y: float, w: float, h: float, r: float, more: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" rx="{_n(r)}" {more}/>'


def _lines(lines: Iterable[str], x: float, y: float, step: float, more: str) -> str:
    return "".join(
        f'<text x="{_n(x)}" y="{_n(y + place * step)}" {more}>{text(line)}</text>'
        for place, line in enumerate(lines)
    )


# -- what lies below the cards -------------------------------------------------------------


def _grounds(picture: Picture) -> None:
    """Areas of pillars with their names, panels of company goals, and what joins them."""
    for region in picture.layout.regions:
        fill = AREAS[region.hue]
        picture.parts.append(_box(region.x, region.y, region.w, region.h, 22, f'fill="{fill}"'))
        _name(picture, region)
    width_ = max(1.5, picture.layout.width / 1200)
    ways = []
    for region in picture.layout.regions:
        head = region.head
        if not head or not head.shown:
            continue
        x1, y1, x2 = head.x + head.w / 2, head.y + head.h, region.x + region.w / 2
        middle = (y1 + region.y) / 2
        ways.append(f"M{_n(x1)} {_n(y1)}V{_n(middle)}H{_n(x2)}V{_n(region.y)}")
    if ways:
        picture.parts.append(
            f'<path d="{"".join(ways)}" fill="none" stroke="{EDGE}" stroke-width="{_n(width_)}"/>'
        )
    picture.parts.append('<g fill="#ffffff" fill-opacity=".62">')
    for block in picture.layout.blocks:
        picture.parts.append(_box(block.x - 9, block.y - 9, block.w + 18, block.h + 6, 16, ""))
    picture.parts.append("</g>")


def _name(picture: Picture, region: Region) -> None:
    """The name of an area over its cards, as large as the room for it allows."""
    sign = region.sign
    assert sign is not None
    air = sign.y - region.y
    room = region.w - 48
    if isinstance(sign, Sign):
        size = max(24.0, min(120.0, (air + CARD) * 0.3))
        lines = wrap(sign.title, size, room, 2)
        colour = SOFT
    elif air > 44:
        size = min(160.0, air * 0.44)
        while size > 22 and len(wrap(sign.title, size, room, 9)) > max(1, int(air / size / 1.3)):
            size *= 0.9
        lines = wrap(sign.title, size, room, max(1, int(air / size / 1.3)))
        colour = INK
    else:
        return
    picture.parts.append(
        _lines(
            lines, region.x + 24, region.y + size * 1.25, size * 1.28,
            f'font-size="{_n(size)}" font-weight="650" fill="{colour}"',
        )
    )  # fmt: skip


def _rails(picture: Picture) -> None:
    """The rails by which an indented card hangs on the one above it."""
    ways = []
    for node in picture.shown:
        up = node.up
        if not node.indent or up is None or (picture.lit is not None and node not in picture.lit):
            continue
        same = up.column_top == node.column_top and node.x - 40 < up.x < node.x
        top = up.y + CARD if same else node.column_top - 8
        ways.append(f"M{_n(node.x - 8)} {_n(top)}V{_n(node.y + 52)}H{_n(node.x)}")
    if ways:
        picture.parts.append(
            f'<path d="{"".join(ways)}" fill="none" stroke="{RAIL}" stroke-width="2"/>'
        )


def _links(picture: Picture) -> None:
    """Links beside the tree: what counts ends in an arrow, help in a ring, waiting is dotted."""
    scale = max(1.0, picture.layout.width / 3000)
    for link in picture.forest.links:
        ends = (link.child, link.parent)
        if not all(end.shown for end in ends):
            continue
        if picture.lit is not None and not all(end in picture.lit for end in ends):
            continue
        picture.parts.append(_link(link, scale))


def _link(link: Link, s: float) -> str:
    a, b = link.child, link.parent
    side = -1 if b.x + b.w <= a.x else 1
    enter = -1 if b.x >= a.x + a.w else 1
    x1, y1 = a.x + (a.w if side > 0 else 0), a.y + a.h / 2
    x2, y2 = b.x + (b.w if enter > 0 else 0), b.y + b.h / 2
    bend = 70 if side == enter else max(40, abs(x2 - x1) / 2)
    tip = x2 + enter * 10 * s
    curve = (
        f"M{_n(x1)} {_n(y1)}C{_n(x1 + side * bend)} {_n(y1)} {_n(x2 + enter * bend)} {_n(y2)}"
        f" {_n(tip)} {_n(y2)}"
    )
    colour = ACCENT if link.does == COUNTS else SOFT if link.does == HELPS else WAITS
    dashes = "" if link.does == COUNTS else f"{_n(8 * s)} {_n(6 * s)}"
    if link.does not in (COUNTS, HELPS):
        dashes = f"{_n(2 * s)} {_n(4 * s)}"
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    line = (
        f'<path d="{curve}" fill="none" stroke="{colour}" stroke-opacity=".45"'
        f' stroke-width="{_n(2 * s)}"{dash}/>'
    )
    if link.does == HELPS:
        return line + (
            f'<circle cx="{_n(x2 + enter * 6 * s)}" cy="{_n(y2)}" r="{_n(4.5 * s)}"'
            f' fill="#ffffff" stroke="{colour}" stroke-width="{_n(1.6 * s)}"/>'
        )
    end = x2 + enter * 2 * s
    back = end + enter * 9 * s
    return line + (
        f'<path d="M{_n(end)} {_n(y2)}L{_n(back)} {_n(y2 - 4.5 * s)}V{_n(y2 + 4.5 * s)}Z"'
        f' fill="{colour}"/>'
    )


# -- cards ---------------------------------------------------------------------------------


def _card(picture: Picture, node: Node) -> None:
    words = picture.words
    folded = node.more > 0 or (node.count > 0 and not picture.is_open(node))
    dim = f' opacity="{".25" if picture.lit is not None else ".55"}"' if picture.weak(node) else ""
    dash = ' stroke-dasharray="7 5"' if node.state else ""
    out = [f"<g{dim}>"]
    out.append(
        _box(
            node.x,
            node.y,
            node.w,
            node.h,
            10,
            f'fill="#ffffff" stroke="{LINE}" stroke-width="1.5"{dash}',
        )
    )
    out.append(_box(node.x, node.y, 6, node.h, 3, f'fill="{FILLS[node.health]}"'))
    near = picture.near
    left, right = node.x + 18, node.x + node.w - 14
    share = words.percent(node.progress)
    if near:
        out += _near(picture, node, left, right, share)
    else:
        size, line, most = (22, 26, 3) if node not in picture.tops else (26, 30, 2)
        if node in picture.tops and width(node.title, 40) < right - left:
            size, line, most = 40, 46, 1
        lines = wrap(node.title, size, right - left, most)
        top = node.y + (3 - len(lines)) * line / 4 + size + 5
        out.append(
            _lines(lines, left, top, line, f'font-size="{size}" font-weight="600" fill="{INK}"')
        )
        out.append(_way(node, left + (70 if folded else 0), right - 118, node.y + 96, 8))
        out.append(_sign(node, right - 108, node.y + 87, 22))
        out.append(
            _lines(
                [share],
                right,
                node.y + 105,
                0,
                f'font-size="20" font-weight="650" fill="{INK}" text-anchor="end"',
            )
        )
    if folded:
        out += _fold(node, near)
    out.append("</g>")
    picture.parts.append("".join(out))


def _near(picture: Picture, node: Node, left: float, right: float, share: str) -> list[str]:
    """A card close by: what the HTML card says."""
    words, y = picture.words, node.y
    ups = sum(link.child is node for link in node.links)
    facts = [node.id, words.states[node.state] if node.state else "", node.unit]
    more = words.ups.format(ups) if ups else ""
    room = right - left - (width(more, 11) + 8 if more else 0)
    about = cut(" · ".join(filter(None, facts)), 11.5, room)
    size = 15 if node in picture.tops else 13
    out = [_lines([about], left, y + 22, 0, f'font-size="11.5" fill="{SOFT}"')]
    if more:
        out.append(
            _lines(
                [more],
                right,
                y + 22,
                0,
                f'font-size="11" font-weight="600" fill="{ACCENT}" text-anchor="end"',
            )
        )
    lines = wrap(node.title, size, right - left, 2)
    out.append(
        _lines(lines, left, y + 43, 20, f'font-size="{size}" font-weight="600" fill="{INK}"')
    )
    out.append(_sign(node, left, y + 71, 14))
    health = words.healths[node.health]
    out.append(
        _lines(
            [health],
            left + 19,
            y + 83,
            0,
            f'font-size="12" font-weight="600" fill="{INKS[node.health]}"',
        )
    )
    rest = right - left - 27 - width(health, 12)
    beside = node.amount or node.owner
    out.append(
        _lines(
            [cut(beside, 12, rest)],
            right,
            y + 83,
            0,
            f'font-size="12" fill="{SOFT}" text-anchor="end"',
        )
    )
    out.append(_way(node, left, right - 56, y + 97, 5))
    out.append(
        _lines(
            [share],
            right,
            y + 104,
            0,
            f'font-size="12" font-weight="650" fill="{INK}" text-anchor="end"',
        )
    )
    return out


def _sign(node: Node, x: float, y: float, size: float) -> str:
    """The sign of a health, so that it is told apart without its colour."""
    return f'<use href="#h{node.health}" x="{_n(x)}" y="{_n(y)}" width="{size}" height="{size}"/>'


def _way(node: Node, left: float, right: float, y: float, high: float) -> str:
    """The bar: how far it has come, and where it is expected today."""
    room = right - left
    out = _box(left, y, room, high, high / 2, f'fill="{TRACK}"')
    if node.progress:
        far = max(high, room * node.progress / BILLION)
        out += _box(left, y, far, high, high / 2, f'fill="{FILLS[node.health]}"')
    if node.expected is not None:
        at = left + room * node.expected / BILLION
        out += _box(at - 1.25, y - 3, 2.5, high + 6, 1, f'fill="{INK}"')
    return out


def _fold(node: Node, near: bool) -> list[str]:
    """What a collapsed card holds: a strip of healths below it, and a count."""
    out, x = [], node.x + 8
    for health, number in enumerate(node.below if node.count else ()):
        w = (node.w - 16) * number / node.count
        if number:
            out.append(_box(x, node.y + node.h + 2, w, 6, 0, f'fill="{FILLS[health]}"'))
        x += w
    said, size = f"+{node.count + node.more}", 11.5 if near else 20
    high = 20 if near else 26
    w = width(said, size) + high * 0.7
    left, middle = node.x + (8 if near else 16), node.y + node.h - (0 if near else 13)
    out.append(_box(left, middle - high / 2, w, high, high / 2, f'fill="#ffffff" stroke="{EDGE}"'))
    out.append(
        _lines(
            [said],
            left + high * 0.35,
            middle + size * 0.36,
            0,
            f'font-size="{size}" font-weight="600" fill="{SOFT}"',
        )
    )
    return out
