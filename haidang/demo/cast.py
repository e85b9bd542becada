"""The units and the 120 people of Công ty CP Thực phẩm Hương Sen; all names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from haidang.lib.text import folded

COMPANY = "Công ty CP Thực phẩm Hương Sen"
DOMAIN = "huongsen.example"


class UnitFacts(NamedTuple):
    key: str
    name: str
    code: str
    parent: str
    kind: str = "department"
    since: date | None = None  # story day; None: from the beginning


UNITS = [
    UnitFacts("company", COMPANY, "HS", "", "company"),
    UnitFacts("board", "Ban Tổng giám đốc", "BTGD", "company"),
    UnitFacts("sales", "Phòng Kinh doanh", "KD", "company"),
    UnitFacts("sales.east", "Kinh doanh miền Đông", "KD-MĐ", "sales"),
    UnitFacts("sales.hcm", "Kinh doanh TP.HCM", "KD-HCM", "sales"),
    UnitFacts("sales.west", "Kinh doanh miền Tây", "KD-MT", "sales"),
    UnitFacts("sales.modern", "Kênh hiện đại", "KD-KHĐ", "sales"),
    UnitFacts("sales.desk", "Hỗ trợ kinh doanh", "KD-HT", "sales"),
    UnitFacts("production", "Khối Sản xuất", "SX", "company"),
    UnitFacts("production.sauce", "Xưởng Nước mắm", "SX-NM", "production"),
    UnitFacts("production.spice", "Xưởng Gia vị", "SX-GV", "production"),
    UnitFacts("production.quality", "Bộ phận Kiểm soát chất lượng", "SX-KCS", "production"),
    UnitFacts("production.upkeep", "Bảo trì và An toàn", "SX-BT", "production"),
    UnitFacts("production.lab", "Nghiên cứu sản phẩm", "SX-NC", "production"),
    UnitFacts("care", "Phòng Chăm sóc khách hàng", "CSKH", "company"),
    UnitFacts("care.phone", "Tổng đài", "CSKH-TĐ", "care"),
    UnitFacts("care.online", "Kênh trực tuyến", "CSKH-TT", "care"),
    UnitFacts("care.claims", "Xử lý khiếu nại", "CSKH-KN", "care"),
    UnitFacts("supply", "Phòng Cung ứng", "CU", "company", since=date(2025, 7, 1)),
    UnitFacts("supply.buying", "Bộ phận Thu mua", "CU-TM", "supply"),
    UnitFacts("supply.stock", "Bộ phận Kho vận", "CU-KV", "supply"),
    UnitFacts("marketing", "Phòng Marketing", "MKT", "company"),
    UnitFacts("marketing.brand", "Thương hiệu và Sự kiện", "MKT-TH", "marketing"),
    UnitFacts("marketing.digital", "Tiếp thị số", "MKT-TTS", "marketing"),
    UnitFacts("it", "Phòng Công nghệ thông tin", "CNTT", "company"),
    UnitFacts("it.apps", "Ứng dụng nghiệp vụ", "CNTT-UD", "it"),
    UnitFacts("it.systems", "Hệ thống và An ninh mạng", "CNTT-HT", "it"),
    UnitFacts("hr", "Phòng Nhân sự", "NS", "company"),
    UnitFacts("finance", "Phòng Tài chính", "TC", "company"),
    UnitFacts("crm", "Nhóm dự án CRM", "CRM", "company", "team", since=date(2026, 6, 15)),
]

#: What the two departments were called until they became parts of Phòng Cung ứng.
MERGED = {"supply.buying": "Phòng Thu mua", "supply.stock": "Phòng Kho vận"}
MERGED_ON = date(2025, 7, 1)


@dataclass(frozen=True)
class PersonFacts:
    key: str
    name: str
    title: str
    unit: str
    region: str = ""
    joined: date = date(2021, 3, 1)  # story day
    left: date | None = None
    gone: bool = False


def _team(
    unit: str, *people: tuple[str, str, str] | tuple[str, str, str, str]
) -> list[PersonFacts]:
    return [PersonFacts(p[0], p[1], p[2], unit, p[3] if len(p) > 3 else "") for p in people]


_SALES = [
    *_team("sales", ("sales.head", "Nguyễn Văn Hùng", "Giám đốc Kinh doanh", "TP.HCM")),
    *_team(
        "sales.east",
        ("east.lead", "Trịnh Công Thành", "Trưởng vùng miền Đông", "Đồng Nai"),
        ("rep.binhduong", "Nguyễn Thị Mai", "Nhân viên kinh doanh Bình Dương", "Bình Dương"),
        ("rep.dongnai", "Phan Đức Anh", "Nhân viên kinh doanh Đồng Nai", "Đồng Nai"),
        ("rep.tayninh", "Huỳnh Văn Lộc", "Nhân viên kinh doanh Tây Ninh", "Tây Ninh"),
        ("rep.vungtau", "Võ Ngọc Trâm", "Nhân viên kinh doanh Vũng Tàu", "Vũng Tàu"),
        ("rep.binhphuoc", "Điểu Minh Khang", "Nhân viên kinh doanh Bình Phước", "Bình Phước"),
        ("east.care", "Lâm Thị Thu Thảo", "Giám sát điểm bán miền Đông", "Đồng Nai"),
        ("east.van", "Bùi Quang Huy", "Nhân viên bán hàng lưu động", "Bình Dương"),
    ),
    *_team(
        "sales.hcm",
        ("hcm.lead", "Đặng Hoàng Nam", "Trưởng vùng TP.HCM", "TP.HCM"),
        ("rep.hcm1", "Lý Gia Hân", "Nhân viên kinh doanh Quận trung tâm", "TP.HCM"),
        ("rep.hcm2", "Vũ Tiến Đạt", "Nhân viên kinh doanh Thủ Đức", "TP.HCM"),
        ("rep.hcm3", "Ngô Thanh Phong", "Nhân viên kinh doanh khu Tây Sài Gòn", "TP.HCM"),
        ("rep.hcm4", "Dương Thị Kim Ngân", "Nhân viên kinh doanh khu Nam Sài Gòn", "TP.HCM"),
        ("rep.hcm5", "Tô Minh Nhật", "Nhân viên kinh doanh Gò Vấp - Hóc Môn", "TP.HCM"),
        ("hcm.horeca", "Châu Bảo Ngọc", "Phụ trách khách nhà hàng, quán ăn", "TP.HCM"),
        ("hcm.market", "Hồ Sỹ Nguyên", "Phụ trách chợ đầu mối", "TP.HCM"),
        ("hcm.care", "Lương Thị Bích Vân", "Giám sát điểm bán TP.HCM", "TP.HCM"),
    ),
    *_team(
        "sales.west",
        ("west.lead", "Trương Hữu Phước", "Trưởng vùng miền Tây", "Cần Thơ"),
        ("rep.cantho", "Nguyễn Hoàng Yến", "Nhân viên kinh doanh Cần Thơ", "Cần Thơ"),
        ("rep.tiengiang", "Lê Văn Tâm", "Nhân viên kinh doanh Tiền Giang - Long An", "Tiền Giang"),
        ("rep.angiang", "Thạch Thị Sô Phia", "Nhân viên kinh doanh An Giang", "An Giang"),
        ("rep.camau", "Trần Chí Công", "Nhân viên kinh doanh Cà Mau - Bạc Liêu", "Cà Mau"),
        ("rep.vinhlong", "Phạm Thị Cẩm Tú", "Nhân viên kinh doanh Vĩnh Long", "Vĩnh Long"),
        ("rep.soctrang", "Kim Ngọc Thái", "Nhân viên kinh doanh Sóc Trăng", "Sóc Trăng"),
        ("west.care", "Đoàn Quốc Việt", "Giám sát điểm bán miền Tây", "Cần Thơ"),
    ),
    *_team(
        "sales.modern",
        ("modern.lead", "Hoàng Thị Ánh Tuyết", "Trưởng kênh hiện đại", "TP.HCM"),
        ("rep.modern", "Mai Xuân Trường", "Quản lý khách hàng siêu thị", "TP.HCM"),
        ("rep.store", "Cao Thị Hồng Nhung", "Quản lý chuỗi cửa hàng tiện lợi", "TP.HCM"),
        ("rep.online", "Nguyễn Đăng Khoa", "Quản lý sàn thương mại điện tử", "TP.HCM"),
        ("modern.field", "Tạ Thùy Linh", "Giám sát quầy kệ siêu thị", "TP.HCM"),
    ),
    *_team(
        "sales.desk",
        ("desk.lead", "Phùng Thị Thanh Hương", "Trưởng nhóm Hỗ trợ kinh doanh", "TP.HCM"),
        ("desk.data", "Quách Tuấn Kiệt", "Chuyên viên dữ liệu bán hàng", "TP.HCM"),
        ("desk.orders", "Đinh Thị Mỹ Duyên", "Chuyên viên đơn hàng và công nợ", "TP.HCM"),
    ),
]

_PRODUCTION = [
    *_team("production", ("production.head", "Bùi Đình Trọng", "Giám đốc Nhà máy", "Long An")),
    *_team(
        "production.sauce",
        ("sauce.lead", "Nguyễn Hữu Đức", "Quản đốc xưởng Nước mắm", "Long An"),
        ("sauce.salt", "Trần Văn Út", "Tổ trưởng ủ chượp", "Long An"),
        ("sauce.filter", "Lê Thị Tuyết Nhi", "Tổ trưởng lọc và phối đấu", "Long An"),
        ("sauce.bottle1", "Võ Minh Hiếu", "Tổ trưởng chiết rót dây chuyền 1", "Long An"),
        ("sauce.bottle2", "Phạm Ngọc Sơn", "Tổ trưởng chiết rót dây chuyền 2", "Long An"),
        ("sauce.pack", "Đào Thị Hạnh", "Tổ trưởng đóng thùng", "Long An"),
        ("sauce.plan", "Lưu Quang Vinh", "Nhân viên kế hoạch xưởng Nước mắm", "Long An"),
    ),
    *_team(
        "production.spice",
        ("spice.lead", "Hà Thị Bích Phượng", "Quản đốc xưởng Gia vị", "Long An"),
        ("spice.dry", "Nguyễn Trung Kiên", "Tổ trưởng sấy và nghiền", "Long An"),
        ("spice.mix", "Đỗ Thị Lệ Quyên", "Tổ trưởng phối trộn", "Long An"),
        ("spice.bag1", "Huỳnh Tấn Lực", "Tổ trưởng đóng gói dây chuyền 3", "Long An"),
        ("spice.bag2", "Trần Thị Ngọc Ánh", "Tổ trưởng đóng gói dây chuyền 4", "Long An"),
        ("spice.plan", "Vương Thế Hải", "Nhân viên kế hoạch xưởng Gia vị", "Long An"),
    ),
    *_team(
        "production.quality",
        ("quality.lead", "Phan Thị Minh Châu", "Trưởng bộ phận Kiểm soát chất lượng", "Long An"),
        ("quality.in", "Lê Quang Dũng", "Kiểm soát nguyên liệu đầu vào", "Long An"),
        ("quality.line", "Nguyễn Thị Phương Thảo", "Kiểm soát trên chuyền", "Long An"),
        ("quality.out", "Trần Hải Đăng", "Kiểm soát thành phẩm", "Long An"),
        ("quality.iso", "Vũ Thị Hồng Vân", "Chuyên viên hệ thống ISO 22000", "Long An"),
    ),
    *_team(
        "production.upkeep",
        ("upkeep.lead", "Cao Văn Thắng", "Trưởng bộ phận Bảo trì và An toàn", "Long An"),
        ("upkeep.power", "Hồ Tấn Tài", "Kỹ sư điện", "Long An"),
        ("upkeep.machine", "Nguyễn Bá Lâm", "Kỹ sư cơ khí", "Long An"),
        ("upkeep.safety", "Đặng Thị Thùy Dung", "Chuyên viên an toàn lao động", "Long An"),
    ),
    *_team(
        "production.lab",
        ("lab.lead", "Tôn Nữ Diệu Hiền", "Trưởng nhóm Nghiên cứu sản phẩm", "TP.HCM"),
        ("lab.taste", "Lê Nhật Minh", "Chuyên viên cảm quan", "TP.HCM"),
        ("lab.pack", "Trần Thị Khánh Linh", "Chuyên viên bao bì", "TP.HCM"),
    ),
]

_CARE = [
    *_team("care", ("care.head", "Vũ Thị Ngọc Bích", "Trưởng phòng Chăm sóc khách hàng", "TP.HCM")),
    *_team(
        "care.phone",
        ("phone.lead", "Nguyễn Thanh Tâm", "Trưởng nhóm Tổng đài", "TP.HCM"),
        ("phone.1", "Nguyễn Thị Lan", "Chuyên viên tổng đài ca sáng", "TP.HCM"),
        ("phone.2", "Trần Minh Thư", "Chuyên viên tổng đài ca chiều", "TP.HCM"),
        ("phone.3", "Phạm Hoài Thương", "Chuyên viên tổng đài ca tối", "TP.HCM"),
        ("phone.4", "Lê Hồng Phúc", "Chuyên viên chăm sóc nhà phân phối", "TP.HCM"),
        ("phone.5", "Đỗ Thị Quỳnh Như", "Chuyên viên đào tạo tổng đài", "TP.HCM"),
    ),
    *_team(
        "care.online",
        ("online.lead", "Hoàng Anh Tuấn", "Trưởng nhóm Kênh trực tuyến", "TP.HCM"),
        ("online.1", "Bùi Thị Xuân Mai", "Chuyên viên Zalo OA", "TP.HCM"),
        ("online.2", "Nguyễn Quốc Cường", "Chuyên viên Facebook và TikTok", "TP.HCM"),
        ("online.3", "Lê Thị Thanh Trúc", "Chuyên viên sàn thương mại điện tử", "TP.HCM"),
    ),
    *_team(
        "care.claims",
        ("claims.lead", "Phan Văn Nghĩa", "Trưởng nhóm Xử lý khiếu nại", "TP.HCM"),
        ("claims.1", "Ngô Thị Diễm My", "Chuyên viên khiếu nại hàng tiêu dùng", "TP.HCM"),
        ("claims.2", "Trần Anh Khoa", "Chuyên viên khiếu nại giao nhận", "TP.HCM"),
    ),
]

_SUPPLY = [
    *_team("supply", ("supply.head", "Đinh Trọng Nghĩa", "Trưởng phòng Cung ứng", "TP.HCM")),
    *_team(
        "supply.buying",
        ("buying.lead", "Lê Thị Hải Yến", "Trưởng bộ phận Thu mua", "TP.HCM"),
        ("buying.fish", "Nguyễn Phú Quý", "Nhân viên thu mua cá cơm", "Kiên Giang"),
        ("buying.spice", "Trần Thị Mộng Tuyền", "Nhân viên thu mua gia vị", "Đồng Nai"),
        ("buying.pack", "Phạm Công Danh", "Nhân viên thu mua bao bì", "TP.HCM"),
        ("buying.audit", "Võ Thị Ái Vy", "Chuyên viên đánh giá nhà cung cấp", "TP.HCM"),
    ),
    *_team(
        "supply.stock",
        ("stock.lead", "Huỳnh Quốc Toàn", "Trưởng bộ phận Kho vận", "Bình Dương"),
        ("stock.north", "Đoàn Minh Trí", "Thủ kho Bình Tân", "TP.HCM"),
        ("stock.west", "Lâm Thanh Sang", "Thủ kho Cần Thơ", "Cần Thơ"),
        ("stock.ship", "Nguyễn Tấn Phát", "Điều phối vận tải", "TP.HCM"),
        ("stock.plan", "Trương Thị Ngọc Hà", "Chuyên viên hoạch định tồn kho", "TP.HCM"),
        ("stock.return", "Lý Văn Thịnh", "Nhân viên hàng trả về", "Bình Dương"),
    ),
]

_OTHERS = [
    *_team(
        "board",
        ("ceo", "Trần Quốc Bảo", "Tổng giám đốc", "TP.HCM"),
        ("deputy", "Lê Minh Nguyệt", "Phó Tổng giám đốc Vận hành", "TP.HCM"),
        ("strategy", "Phạm Thu Hà", "Trợ lý chiến lược", "TP.HCM"),
    ),
    *_team("marketing", ("marketing.head", "Đặng Phương Uyên", "Trưởng phòng Marketing", "TP.HCM")),
    *_team(
        "marketing.brand",
        ("brand.lead", "Nguyễn Hồng Ân", "Trưởng nhóm Thương hiệu", "TP.HCM"),
        ("brand.event", "Nguyễn Thị Lan", "Chuyên viên sự kiện", "TP.HCM"),
        ("brand.trade", "Trần Bảo Châu", "Chuyên viên trưng bày điểm bán", "TP.HCM"),
        ("brand.press", "Lê Khánh Vy", "Chuyên viên truyền thông", "TP.HCM"),
    ),
    *_team(
        "marketing.digital",
        ("digital.lead", "Vũ Hoàng Long", "Trưởng nhóm Tiếp thị số", "TP.HCM"),
        ("digital.web", "Phạm Quỳnh Anh", "Chuyên viên nội dung website", "TP.HCM"),
        ("digital.social", "Ngô Bảo Trân", "Chuyên viên mạng xã hội", "TP.HCM"),
        ("digital.ads", "Đỗ Đức Thịnh", "Chuyên viên quảng cáo", "TP.HCM"),
        ("digital.data", "Trương Mỹ Hạnh", "Chuyên viên nghiên cứu thị trường", "TP.HCM"),
    ),
    *_team("it", ("it.head", "Hồ Anh Dũng", "Trưởng phòng Công nghệ thông tin", "TP.HCM")),
    *_team(
        "it.apps",
        ("apps.lead", "Nguyễn Đức Mạnh", "Trưởng nhóm Ứng dụng nghiệp vụ", "TP.HCM"),
        ("apps.crm", "Lê Thị Thu Ngân", "Chuyên viên triển khai CRM", "TP.HCM"),
        ("apps.erp", "Trần Quang Khải", "Chuyên viên ERP", "TP.HCM"),
        ("apps.data", "Phạm Gia Bảo", "Kỹ sư dữ liệu", "TP.HCM"),
        ("apps.mobile", "Vũ Thảo Nguyên", "Lập trình viên ứng dụng đặt hàng", "TP.HCM"),
    ),
    *_team(
        "it.systems",
        ("systems.lead", "Đỗ Minh Quân", "Trưởng nhóm Hệ thống", "TP.HCM"),
        ("systems.admin", "Bùi Thanh Hải", "Quản trị hệ thống", "TP.HCM"),
        ("systems.net", "Nguyễn Khắc Hiệp", "Kỹ sư mạng nhà máy", "Long An"),
        ("systems.safe", "Lê Hoàng Oanh", "Chuyên viên an ninh thông tin", "TP.HCM"),
    ),
    *_team(
        "hr",
        ("hr.head", "Trần Thị Kim Oanh", "Trưởng phòng Nhân sự", "TP.HCM"),
        ("hr.hire", "Nguyễn Minh Đức", "Chuyên viên tuyển dụng", "TP.HCM"),
        ("hr.brand", "Lê Ngọc Diệp", "Chuyên viên thương hiệu tuyển dụng", "TP.HCM"),
        ("hr.learn", "Phạm Thị Thanh Thủy", "Chuyên viên đào tạo", "TP.HCM"),
        ("hr.pay", "Hoàng Văn Chiến", "Chuyên viên tiền lương và phúc lợi", "TP.HCM"),
        ("hr.plant", "Võ Thị Bảo Yến", "Chuyên viên nhân sự nhà máy", "Long An"),
    ),
    *_team(
        "finance",
        ("finance.head", "Lê Thanh Bình", "Kế toán trưởng", "TP.HCM"),
        ("finance.debt", "Nguyễn Thu Trang", "Kế toán công nợ", "TP.HCM"),
        ("finance.cost", "Trần Đình Khôi", "Kế toán giá thành", "TP.HCM"),
        ("finance.plan", "Phạm Ngọc Hân", "Chuyên viên kế hoạch ngân sách", "TP.HCM"),
        ("finance.tax", "Bùi Thị Thu Hiền", "Kế toán thuế", "TP.HCM"),
    ),
]

#: The sales rep of Vũng Tàu joins in the story; the one of Tây Ninh leaves, and his goals go
#: to a successor.
JOINER = "rep.vungtau"
JOINED_ON = date(2026, 8, 17)
LEAVER = PersonFacts(
    "rep.tayninh.old",
    "Đỗ Thanh Tùng",
    "Nhân viên kinh doanh Tây Ninh",
    "sales.east",
    "Tây Ninh",
    joined=date(2022, 6, 1),
    left=date(2026, 5, 15),
    gone=True,
)
_DATES = {
    JOINER: JOINED_ON,
    "rep.tayninh": date(2026, 5, 18),
    "supply.head": date(2025, 6, 16),
    "hr.brand": date(2024, 9, 9),
}

PEOPLE: list[PersonFacts] = [
    PersonFacts(p.key, p.name, p.title, p.unit, p.region, _DATES.get(p.key, p.joined))
    for p in [*_OTHERS[:3], *_SALES, *_PRODUCTION, *_CARE, *_SUPPLY, *_OTHERS[3:]]
]
EVERYONE = [*PEOPLE, LEAVER]

#: Who leads which unit: the person named first in it, unless said here.
LEADERS = {"company": ["ceo"], "board": ["ceo"], "crm": ["it.head"]}
#: Whose manager is not the leader of their unit or of the one above.
MANAGERS = {
    "production.head": "deputy",
    "supply.head": "deputy",
    "care.head": "deputy",
    "it.head": "deputy",
}
TEAM = {
    "crm": [
        "it.head", "apps.lead", "apps.crm", "apps.data", "desk.data", "hcm.lead", "rep.binhduong",
        "online.lead", "phone.5", "digital.data",
    ]
}  # fmt: skip
ROLES = {
    "ceo": ["strategist"],
    "strategy": ["strategist"],
    "hr.head": ["hr"],
    "hr.pay": ["hr"],
    "systems.admin": ["administrator"],
    "finance.tax": ["viewer"],
}
#: The sign-ins of the demonstration, in the order in which they are offered.
SIGN_INS = [
    "ceo", "strategy", "sales.head", "rep.binhduong", "desk.data", "hr.head", "it.head",
    "systems.admin",
]  # fmt: skip


def address_of(name: str) -> str:
    """The mailbox of a name: "lan.nguyen.thi" of Nguyễn Thị Lan."""
    *family, given = folded(name).split()
    return ".".join([given, *family])


def addresses() -> dict[str, str]:
    """E-mail addresses by key; the second of one name has a number."""
    result: dict[str, str] = {}
    taken: dict[str, int] = {}
    for person in EVERYONE:
        box = address_of(person.name)
        taken[box] = taken.get(box, 0) + 1
        number = str(taken[box]) if taken[box] > 1 else ""
        result[person.key] = f"{box}{number}@{DOMAIN}"
    return result
