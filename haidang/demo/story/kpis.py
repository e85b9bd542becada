"""The Ultimate Goal, the pillars, and the fifteen KPIs with what they are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from haidang.demo.story.shapes import Metric, Number, metric

ULTIMATE = "ultimate"

#: Pillars: key, title, owner, weight under the Ultimate Goal, perspective, why.
PILLARS = [
    ("pillar.market", "Tăng trưởng thị phần phía Nam", "sales.head", 40, "financial",
     "Phía Nam chiếm hai phần ba sức mua gia vị của cả nước."),
    ("pillar.customer", "Nâng tầm trải nghiệm khách hàng", "care.head", 25, "customer",
     "Khách quay lại rẻ hơn khách mới và nói thay cho thương hiệu."),
    ("pillar.digital", "Vận hành số", "deputy", 20, "process",
     "Quyết định nhanh cần số liệu chung, không cần thêm cuộc họp."),
    ("pillar.people", "Phát triển con người", "hr.head", 15, "learning",
     "Người thạo việc và ở lại là lợi thế mà đối thủ không mua được."),
]  # fmt: skip

#: Values of the months (or quarters) of the story, in order, two years of them. None: no
#: report. A pair is numerator and denominator.
Way = Callable[[Random], list[Number | tuple[Number, Number] | None]]


@dataclass
class KpiFacts:
    key: str
    title: str
    owner: str
    unit: str
    metric: Metric
    aggregation: str
    parent: str
    way: Way | None = None  # None: made of its children
    frequency: str = "month"
    relation: str = "strategy"
    mode: str = "average"
    weight: int | None = None
    level: str = "unit"
    perspective: str = ""
    data_owner: str = ""
    why: str = ""
    description: str = ""
    #: Target of a period of the first year, where it was another one.
    first_target: Number | None = None
    #: Also linked to: (parent, relation, mode).
    serves: list[tuple[str, str, str]] = field(default_factory=list)
    #: Reported by the system on the first of a month, at mid-month, and when it is closed.
    running: bool = False
    since: date | None = None  # story day of the first period


def line(first: float, last: float, noise: float, decimals: int = 1, count: int = 24) -> Way:
    """From one level to another over the two years, with the unrest of real life."""

    def way(rng: Random) -> list[Number | tuple[Number, Number] | None]:
        step = (last - first) / (count - 1)
        return [
            f"{max(0.0, first + step * i + rng.uniform(-noise, noise)):.{decimals}f}"
            for i in range(count)
        ]

    return way


def shares(first: float, last: float, noise: float, base: float, growth: float = 0.004) -> Way:
    """Percentages of a base that grows: (part x 100, whole), so that their ratio is in %."""

    def way(rng: Random) -> list[Number | tuple[Number, Number] | None]:
        result: list[Number | tuple[Number, Number] | None] = []
        for i in range(24):
            whole = round(base * (1 + growth) ** i * rng.uniform(0.94, 1.06))
            percent = first + (last - first) / 23 * i + rng.uniform(-noise, noise)
            result.append((round(percent * whole / 100), whole))
        return result

    return way


def told(*values: Number | None) -> Way:
    """Exactly as told."""
    return lambda rng: list(values)


def without(way: Way, *months: int) -> Way:
    """The same way with months (0 to 23) for which nothing was reported."""

    def holed(rng: Random) -> list[Number | tuple[Number, Number] | None]:
        values = way(rng)
        return [None if i in months else v for i, v in enumerate(values)]

    return holed


#: Areas with the person who sells there and the target a month, 25 tỷ together.
AREAS: list[tuple[str, str, str, str]] = [
    ("binhduong", "Bình Dương", "rep.binhduong", "3"),
    ("dongnai", "Đồng Nai", "rep.dongnai", "2.4"),
    ("tayninh", "Tây Ninh", "rep.tayninh", "1.2"),
    ("vungtau", "Vũng Tàu", "rep.vungtau", "1.6"),
    ("binhphuoc", "Bình Phước", "rep.binhphuoc", "0.8"),
    ("hcm1", "quận trung tâm TP.HCM", "rep.hcm1", "2.4"),
    ("hcm2", "Thủ Đức", "rep.hcm2", "1.8"),
    ("hcm3", "khu Tây Sài Gòn", "rep.hcm3", "1.8"),
    ("hcm4", "khu Nam Sài Gòn", "rep.hcm4", "1.4"),
    ("hcm5", "Gò Vấp - Hóc Môn", "rep.hcm5", "1.2"),
    ("cantho", "Cần Thơ", "rep.cantho", "1.8"),
    ("tiengiang", "Tiền Giang - Long An", "rep.tiengiang", "1.4"),
    ("angiang", "An Giang", "rep.angiang", "1.1"),
    ("camau", "Cà Mau - Bạc Liêu", "rep.camau", "0.9"),
    ("vinhlong", "Vĩnh Long", "rep.vinhlong", "0.6"),
    ("soctrang", "Sóc Trăng", "rep.soctrang", "0.6"),
    ("modern", "hệ thống siêu thị", "rep.modern", "1"),
]
BINH_DUONG = "kpi.revenue.binhduong"

#: Bình Dương in tỷ a month; E1 of the worked examples is the first quarter of 2026, and
#: in August two distributors go over to a competitor.
_BINH_DUONG_WAY = told(
    "2.5", "2.3", "2.6", "2.6", "2.7", "2.6", "2.8", "2.7", "2.9", "2.9", "3.0", "3.2",
    "3.1", "2.7", "3.2", "3.1", "3.0", "3.2", "3.1", "1.8", "2.7", "3.0", "3.1", "3.3",
)  # fmt: skip


def _area(key: str, name: str, seller: str, target: str) -> KpiFacts:
    level = float(target)
    way = line(level * 0.84, level * 1.0, level * 0.07, 2)
    return KpiFacts(
        f"kpi.revenue.{key}",
        f"Doanh thu {name}"
        if key in {"hcm1", "hcm3", "hcm4", "modern"}
        else f"Doanh thu khu vực {name}",
        seller,
        "",
        metric("tỷ ₫", "higher", target=target),
        "sum",
        "kpi.revenue",
        _BINH_DUONG_WAY if key == "binhduong" else way,
        relation="cascade",
        mode="value",
        level="individual",
        first_target=f"{level * 0.88:.2f}",
        data_owner="" if key == "binhduong" else "desk.data",
        running=True,
        description="Giá trị đơn hàng tháng của các nhà phân phối trong khu vực: ghi nhận đầu "
        "tháng, cập nhật giữa tháng, chốt số trước ngày 5 tháng sau.",
    )


def _distributors(key: str, name: str, seller: str) -> KpiFacts:
    def way(rng: Random) -> list[Number | tuple[Number, Number] | None]:
        if key == "binhduong":  # the first quarter of 2026 is E1's
            return [1, 1, 1, 1, 1, 1, 0, 1]
        return [rng.choices([0, 1, 2], [1, 6, 2])[0] for _ in range(8)]

    return KpiFacts(
        f"kpi.distributors.{key}",
        f"Nhà phân phối mới tại {name}",
        seller,
        "",
        metric("NPP", "higher", target=1),
        "sum",
        "kpi.distributors",
        way,
        frequency="quarter",
        relation="cascade",
        mode="value",
        level="individual",
        serves=[("kpi.revenue", "cascade", "none")] if key == "binhduong" else [],
    )


def _shop(key: str, title: str, owner: str, unit: str, parent: str, way: Way) -> KpiFacts:
    return KpiFacts(
        key,
        title,
        owner,
        unit,
        metric("ppm", "lower", target=500),
        "average",
        parent,
        way,
        relation="cascade",
        mode="average",
    )


def _safe(key: str, title: str, owner: str, unit: str, accidents: set[int]) -> KpiFacts:
    return KpiFacts(
        key,
        title,
        owner,
        unit,
        Metric("pass_fail", "yes_no"),
        "last",
        "kpi.accidents",
        told(*(0 if i in accidents else 1 for i in range(24))),
        relation="cascade",
        mode="average",
    )


def _rate(
    key: str, title: str, owner: str, parent: str, target: Number, way: Way, *, unit: str = "",
    direction: str = "higher", mode: str = "value", level: str = "individual",
) -> KpiFacts:  # fmt: skip
    return KpiFacts(
        key,
        title,
        owner,
        unit,
        metric("%", direction, target=target),
        "ratio",
        parent,
        way,
        relation="cascade",
        mode=mode,
        level=level,
    )


KPIS: list[KpiFacts] = [
    KpiFacts(
        "kpi.revenue", "Doanh thu phía Nam", "sales.head", "sales",
        metric("tỷ ₫", "higher", target=25), "sum", "pillar.market", weight=50,
        perspective="financial", first_target=22, data_owner="desk.data",
        why="300 tỷ đồng một năm là mức để giữ chỗ trên kệ của mọi hệ thống.",
        description="Chỉ tiêu năm 300 tỷ ₫, chia đều 25 tỷ ₫ mỗi tháng; cộng từ các khu vực.",
    ),
    *(_area(*area) for area in AREAS),
    KpiFacts(
        "kpi.area.binhduong", "Nhịp doanh thu tháng của Bình Dương", "east.lead", "sales.east",
        metric("tỷ ₫", "higher", target=3), "last", "kpi.revenue", relation="cascade",
        mode="none", perspective="financial",
        description="Chỉ nhìn tháng gần nhất, để thấy ngay khi một khu vực hụt hơi.",
        first_target="2.6",
    ),
    KpiFacts(
        "kpi.margin", "Biên lãi gộp", "finance.head", "finance",
        metric("%", "higher", target=28), "ratio", "pillar.market", weight=10,
        perspective="financial", data_owner="finance.cost",
    ),
    _rate("kpi.margin.trade", "Biên lãi gộp kênh truyền thống", "finance.cost", "kpi.margin", 28,
          shares(26.2, 28.1, 0.7, 17000), unit="finance", level="unit"),
    _rate("kpi.margin.modern", "Biên lãi gộp kênh hiện đại", "modern.lead", "kpi.margin", 28,
          shares(24.5, 26.6, 0.9, 4200), unit="sales.modern", level="unit"),
    KpiFacts(
        "kpi.overdue", "Tỷ lệ nợ quá hạn", "finance.head", "finance",
        metric("%", "lower", target=5), "last", "pillar.market",
        line(9.6, 5.3, 0.3), weight=10, perspective="financial", data_owner="finance.debt",
        first_target=7,
    ),
    KpiFacts(
        "kpi.overdue.east", "Tỷ lệ nợ quá hạn miền Đông", "east.lead", "sales.east",
        metric("%", "lower", target=5), "last", "kpi.overdue", line(10.2, 5.9, 0.5),
        relation="cascade", mode="none", data_owner="finance.debt",
    ),
    KpiFacts(
        "kpi.overdue.west", "Tỷ lệ nợ quá hạn miền Tây", "west.lead", "sales.west",
        metric("%", "lower", target=5), "last", "kpi.overdue", line(9.9, 4.9, 0.5),
        relation="cascade", mode="none", data_owner="finance.debt",
    ),
    KpiFacts(
        "kpi.distributors", "Nhà phân phối mới", "sales.head", "sales",
        metric("NPP", "higher", target=6), "sum", "pillar.market", frequency="quarter",
        weight=10, perspective="customer",
        description="24 nhà phân phối mới một năm, 6 mỗi quý; cộng từ các khu vực.",
    ),
    _distributors("binhduong", "Bình Dương", "rep.binhduong"),
    _distributors("dongnai", "Đồng Nai", "rep.dongnai"),
    _distributors("hcm2", "Thủ Đức", "rep.hcm2"),
    _distributors("cantho", "Cần Thơ", "rep.cantho"),
    _distributors("tiengiang", "Tiền Giang - Long An", "rep.tiengiang"),
    _distributors("angiang", "An Giang", "rep.angiang"),
    KpiFacts(
        "kpi.share", "Thị phần phía Nam", "marketing.head", "marketing",
        metric("%", "higher", target=12), "last", "pillar.market",
        told("8.7", "8.9", "9.2", "9.6", "9.9", "10.3", "10.6", "11.1"), frequency="quarter",
        weight=10, perspective="customer", data_owner="digital.data", first_target=10,
        why="Thị phần đo theo báo cáo kiểm toán bán lẻ hằng quý.",
    ),
    KpiFacts(
        "kpi.csat", "Mức hài lòng của khách hàng (CSAT)", "care.head", "care",
        metric("%", "higher", target=90), "average", "pillar.customer",
        line(78, 88, 1.2, count=8), frequency="quarter", weight=30, perspective="customer",
        why="Khảo sát quý trên 600 khách hàng.",
    ),
    *(
        KpiFacts(
            f"kpi.csat.{key}", f"CSAT {name}", owner, "", metric("%", "higher", target=90),
            "average", "kpi.csat", line(first, last, 2.0, count=8), frequency="quarter",
            relation="cascade", mode="none", level="individual",
        )
        for key, name, owner, first, last in [
            ("phone", "qua tổng đài", "phone.lead", 77, 87),
            ("online", "qua kênh trực tuyến", "online.lead", 80, 91),
            ("claims", "sau khiếu nại", "claims.lead", 69, 82),
        ]
    ),
    KpiFacts(
        "kpi.response", "Thời gian phản hồi khách hàng", "care.head", "care",
        metric("giờ", "lower", decimals=2, target=2), "average", "pillar.customer",
        line(3.1, 2.05, 0.18, 2), weight=20, perspective="customer", first_target="2.5",
    ),
    KpiFacts(
        "kpi.response.phone", "Thời gian phản hồi qua tổng đài", "phone.lead", "",
        metric("giờ", "lower", decimals=2, target="1.5"), "average", "kpi.response",
        line(2.3, 1.5, 0.15, 2), relation="cascade", mode="none", level="individual",
    ),
    KpiFacts(
        "kpi.response.online", "Thời gian phản hồi trên kênh trực tuyến", "online.lead", "",
        metric("giờ", "lower", decimals=2, target="2"), "average", "kpi.response",
        line(3.6, 2.1, 0.25, 2), relation="cascade", mode="none", level="individual",
    ),
    KpiFacts(
        "kpi.complaints", "Tỷ lệ khiếu nại trên giao dịch", "care.head", "care",
        metric("%", "lower", target=5), "ratio", "pillar.customer",
        without(shares(6.4, 4.9, 0.3, 5200), 15), weight=20, perspective="customer",
        data_owner="claims.lead", first_target=6,
    ),
    KpiFacts(
        "kpi.ontime", "Giao hàng đúng hẹn", "supply.head", "supply",
        metric("%", "higher", target=95), "ratio", "pillar.customer", weight=25,
        perspective="process",
    ),
    _rate("kpi.ontime.north", "Giao đúng hẹn từ kho Bình Tân", "stock.north", "kpi.ontime", 95,
          shares(90.5, 95.6, 1.0, 1900)),
    _rate("kpi.ontime.west", "Giao đúng hẹn từ kho Cần Thơ", "stock.west", "kpi.ontime", 95,
          shares(86.0, 94.0, 1.5, 1150)),
    _rate("kpi.ontime.plant", "Giao đúng hẹn từ kho Long An", "stock.ship", "kpi.ontime", 95,
          shares(92.0, 96.2, 0.9, 900)),
    KpiFacts(
        "kpi.defects", "Tỷ lệ sản phẩm lỗi", "production.head", "production",
        metric("ppm", "lower", target=500), "average", "pillar.digital", weight=25,
        perspective="process", data_owner="quality.lead",
    ),
    _shop("kpi.defects.line1", "Lỗi dây chuyền 1", "sauce.bottle1", "production.sauce",
          "kpi.defects", line(690, 470, 45, 0)),
    _shop("kpi.defects.line2", "Lỗi dây chuyền 2", "sauce.bottle2", "production.sauce",
          "kpi.defects", line(760, 520, 60, 0)),
    _shop("kpi.defects.line3", "Lỗi dây chuyền 3", "spice.bag1", "production.spice",
          "kpi.defects", line(640, 505, 55, 0)),
    _shop("kpi.defects.line4", "Lỗi dây chuyền 4", "spice.bag2", "production.spice",
          "kpi.defects", line(700, 560, 60, 0)),
    KpiFacts(
        "kpi.stock", "Tồn kho thành phẩm", "supply.head", "supply",
        metric("ngày", "range", low=25, high=35, tolerance=5), "average", "pillar.digital",
        told("39.5", "38.8", "38.1", "37.4", "36.9", "36.2", "35.8", "35.1", "34.6", "34.2",
             "35.5", "37.2", "36.6", "35.4", "34.8", "33.9", "33.2", "32.5", "33.8", "36.4",
             "34.9", "33.1", "32.4", "31.8"),
        weight=25, perspective="process", data_owner="stock.plan",
    ),
    KpiFacts(
        "kpi.accidents", "Không tai nạn lao động", "production.head", "production",
        Metric("pass_fail", "yes_no"), "last", "pillar.people", weight=30,
        perspective="process", data_owner="upkeep.safety",
    ),
    _safe("kpi.accidents.sauce", "Không tai nạn tại xưởng Nước mắm", "sauce.lead",
          "production.sauce", {2, 16}),
    _safe("kpi.accidents.spice", "Không tai nạn tại xưởng Gia vị", "spice.lead",
          "production.spice", {7}),
    KpiFacts(
        "kpi.turnover", "Tỷ lệ nghỉ việc", "hr.head", "hr",
        metric("%", "lower", target=12), "last", "pillar.people",
        told("17.2", "16.4", "15.8", "14.9", "14.1", "13.6", "13.0", "12.6"),
        frequency="quarter", weight=30, perspective="learning", first_target=15,
        description="Số người nghỉ trong 12 tháng gần nhất trên số người bình quân.",
    ),
    KpiFacts(
        "kpi.turnover.plant", "Tỷ lệ nghỉ việc của công nhân nhà máy", "hr.plant", "",
        metric("%", "lower", target=14), "last", "kpi.turnover",
        told("22.5", "21.0", "20.1", "18.8", "17.3", "16.4", "15.2", "14.6"),
        frequency="quarter", relation="cascade", mode="none", level="individual",
    ),
    KpiFacts(
        "kpi.uptime", "Thời gian hoạt động của CRM", "it.head", "it",
        metric("%", "higher", decimals=2, target="99.5"), "min", "pillar.digital",
        told(*[None] * 18, "99.1", "98.6", "99.3", "99.6", "99.7", "99.7"),
        weight=25, perspective="process", data_owner="systems.lead", since=date(2026, 7, 1),
    ),
    KpiFacts(
        "kpi.hiring", "Chi phí tuyển dụng mỗi vị trí", "hr.head", "hr",
        metric("triệu ₫", "lower", target=8), "max", "pillar.people",
        line(9.4, 7.6, 0.5), weight=20, perspective="financial", data_owner="hr.hire",
    ),
]  # fmt: skip
