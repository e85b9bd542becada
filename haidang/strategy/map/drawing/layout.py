"""Where everything stands: `layout.js`, in Python, for what the server draws. Pure.

Ultimate goals and pillars are lanes; under each pillar its company goals stand as blocks, set
in shelves like words in lines. The reasons are told there; a browser test compares the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from haidang.strategy.map.drawing.forest import Forest, Node, preorder

CARD, COLUMN, INDENT, GAP, ROW = 112, 280, 12, 18, 12
STEP, PITCH, PAD, SHELF, BETWEEN = CARD + ROW, COLUMN + GAP, 20, 22, 36
DEEPEST, HEAD, WIDEST = 4, 560, 80


@dataclass(eq=False)
class Sign:
    """The name over an area that has no pillar."""

    title: str
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0


@dataclass(eq=False)
class Block:
    """A company goal and everything below it."""

    top: Node
    rows: list[Node]
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0


@dataclass
class _Shelves:
    height: float
    next: list[int]
    long: list[int]


@dataclass(eq=False)
class Region:
    """A pillar's area, or one of what hangs without a pillar."""

    key: str
    top: Node | None
    head: Node | None
    tops: Sequence[Node]
    name: str
    hue: int
    blocks: list[Block] = field(default_factory=list)
    columns: int = 0
    known: dict[int, _Shelves] = field(default_factory=dict)
    sign: Node | Sign | None = None
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0


@dataclass
class Layout:
    width: float
    height: float
    regions: list[Region]
    heads: list[Node]

    @property
    def blocks(self) -> list[Block]:
        return [block for region in self.regions for block in region.blocks]


def arrange(
    forest: Forest, is_open: Callable[[Node], bool], names: Mapping[str, str], aspect: float = 1.6
) -> Layout:
    """Give every goal that is shown its place; about `aspect` times as wide as high."""

    def below(node: Node) -> Sequence[Node]:
        return node.kids if is_open(node) else ()

    heads, regions = _divide(forest.roots, below)
    for region in regions:
        region.blocks = [Block(top, preorder(below(top), below)) for top in region.tops]
        region.blocks.sort(key=lambda block: -math.ceil(math.log2(len(block.rows) + 1)))
    shown = sum(1 + sum(1 + len(block.rows) for block in region.blocks) for region in regions)
    far = math.sqrt(shown)
    gap, air = max(84, far * 4), max(0, far * 7.4 - CARD - PAD)
    y = CARD + gap if heads else 0
    inner = y + air + CARD + 2 * PAD

    def wide(region: Region) -> float:
        return region.columns * PITCH - GAP + 2 * PAD

    def bottom(region: Region) -> float:
        foot = PAD if region.blocks else -PAD
        return inner + _shelve(region, region.columns).height + foot

    def shape() -> float:
        return sum(wide(r) + BETWEEN for r in regions) / max(bottom(r) for r in regions)

    low, high = float(STEP), float(STEP * (shown + 2))
    for _ in range(18 if regions else 0):
        middle = math.sqrt(low * high)
        for region in regions:
            region.columns = _narrowest(region, middle)
        if shape() > aspect:
            low = middle
        else:
            high = middle
    x = 0.0
    spans: dict[Node, tuple[float, float]] = {}
    for region in regions:
        region.x, region.y, region.w = x, y, wide(region)
        region.h = bottom(region) - y
        if region.head:
            first = spans.get(region.head, (x, x))[0]
            spans[region.head] = (first, x + region.w)
        region.sign = region.top or Sign(names[region.name])
        _put(region.sign, x + PAD, inner - CARD - PAD, region.w - 2 * PAD)
        _place(region, inner)
        x += region.w + BETWEEN
    for head in heads:
        if head not in spans:
            spans[head] = (x, x + HEAD)
            x += HEAD + BETWEEN
        left, right = spans[head]
        w = min(HEAD, max(COLUMN, right - left))
        _put(head, (left + right - w) / 2, 0, w)
    return Layout(max(COLUMN, x - BETWEEN), max(CARD, *map(bottom, regions), 0), regions, heads)


def _put(one: Node | Sign, x: float, y: float, w: float, indent: float = 0) -> None:
    one.x, one.y, one.w, one.h = x + indent, y, w - indent, CARD
    if isinstance(one, Node):
        one.indent, one.shown = indent, True


def _divide(
    roots: Sequence[Node], below: Callable[[Node], Sequence[Node]]
) -> tuple[list[Node], list[Region]]:
    """Heads (ultimate goals), and the areas under them: pillars, and what hangs without one."""
    heads = [node for node in roots if node.kind == 0]
    if not heads and len(roots) == 1:
        heads = list(roots)
    regions: list[Region] = []

    def add(
        key: str, top: Node | None, head: Node | None, tops: Sequence[Node], name: str = ""
    ) -> None:
        if top or tops:
            regions.append(Region(key, top, head, tops, name, len(regions) % 6))

    for head in heads:
        whole = [n for n in below(head) if (n.kind == 1 if head.kind == 0 else n.kids)]
        for node in whole:
            add(node.id, node, head, below(node))
        others = [node for node in below(head) if node not in whole]
        add(f"{head.id}-", None, head, others, "below" if head.kind else "direct")
    alone = [node for node in roots if node not in heads]
    for node in alone:
        if node.kind == 1:
            add(node.id, node, None, below(node))
    add("-", None, None, [node for node in alone if node.kind != 1], "alone")
    return heads, regions


def _narrowest(region: Region, most: float) -> int:
    """The fewest columns with which a region is no higher than `most`."""
    least = min(2, max(1, len(region.blocks)))
    return _first(least, WIDEST, lambda columns: _shelve(region, columns).height <= most)


def _first(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The first number of low..high that `fits`, or high."""
    while low < high:
        middle = (low + high) >> 1
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _shelve(region: Region, columns: int) -> _Shelves:
    """The lowest way to break a region's blocks into shelves of `columns`: where each shelf
    ends, how long its columns are, and the height of all."""
    if columns in region.known:
        return region.known[columns]
    blocks = region.blocks
    least = [math.inf] * len(blocks) + [0.0]
    after, long = [0] * len(blocks), [0] * len(blocks)
    for i in reversed(range(len(blocks))):
        length = 1
        for j in range(i, min(len(blocks), i + columns)):
            shelf = blocks[i : j + 1]
            most = max(len(block.rows) for block in shelf)

            def fits(n: int, shelf: list[Block] = shelf) -> bool:
                return sum(_across(block, n) for block in shelf) <= columns

            length = _first(length, max(length, most), fits)
            rows = length if blocks[i].rows else 0
            height = STEP * (1 + rows) + SHELF + least[j + 1]
            if height < least[i]:
                least[i], after[i], long[i] = height, j + 1, length
    found = _Shelves(max(0, least[0] - SHELF - ROW), after, long)
    region.known[columns] = found
    return found


def _across(block: Block, length: int) -> int:
    return max(1, math.ceil(len(block.rows) / length))


def _place(region: Region, top: float) -> None:
    shelves, y, i = _shelve(region, region.columns), top, 0
    while i < len(region.blocks):
        x, low, long = region.x + PAD, 0.0, shelves.long[i]
        for block in region.blocks[i : shelves.next[i]]:
            columns = _across(block, long)
            block.x, block.y, block.w = x, y, columns * PITCH - GAP
            _put(block.top, x, y, block.w)
            block.h = CARD + STEP * _flow(block, columns, long)
            low = max(low, block.h)
            x += columns * PITCH
        y += low + SHELF
        i = shelves.next[i]


def _flow(block: Block, columns: int, most: int) -> int:
    """Sets the rows of a block in even columns that break before a shallow card when they
    can, and says how long the longest is."""
    rows, at, tallest = block.rows, 0, 0
    for column in range(columns):
        after = columns - column - 1
        even = at + math.ceil((len(rows) - at) / (after + 1))
        end = j = even
        while after and even < len(rows) and j > at and j > even - 4:
            if len(rows) - j <= after * most and rows[j].depth < rows[end].depth:
                end = j
            j -= 1
        for j in range(at, end):
            indent = min(DEEPEST, rows[j].depth - block.top.depth - 1) * INDENT
            x, y = block.x + column * PITCH, block.y + STEP * (j - at + 1)
            _put(rows[j], x, y, COLUMN, indent)
            rows[j].column_top = block.y + STEP
        tallest = max(tallest, end - at)
        at = end
    return tallest
