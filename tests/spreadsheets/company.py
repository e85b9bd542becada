"""Công ty CP Nội thất Mộc An: its units and people. All names are invented."""

from __future__ import annotations

from typing import NamedTuple

from haidang.lib.text import folded

COMPANY = "Công ty CP Nội thất Mộc An"
DOMAIN = "mocan.example"
BOARD = "Ban Giám đốc"
#: Name and code of each department, with its teams.
DEPARTMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Phòng Kinh doanh": ("KD", ("Miền Bắc", "Miền Trung", "Miền Nam", "Xuất khẩu", "Dự án")),
    "Nhà máy": ("NM", ("Xưởng Mộc máy", "Xưởng Lắp ráp", "Xưởng Sơn", "Xưởng Nệm", "Bảo trì")),
    "Phòng Chất lượng": ("CL", ("Kiểm tra đầu vào", "Kiểm tra thành phẩm")),
    "Phòng Mua hàng": ("MH", ("Gỗ nguyên liệu", "Vật tư phụ kiện")),
    "Phòng Kho vận": ("KV", ("Kho nguyên liệu", "Kho thành phẩm", "Giao hàng và lắp đặt")),
    "Phòng Marketing": ("MKT", ("Thương hiệu", "Tiếp thị số", "Cửa hàng trưng bày")),
    "Phòng Thiết kế": ("TK", ("Thiết kế sản phẩm", "Thiết kế dự án")),
    "Phòng Chăm sóc khách hàng": ("CSKH", ("Tổng đài", "Bảo hành")),
    "Phòng Nhân sự": ("NS", ("Tuyển dụng", "Đào tạo")),
    "Phòng Tài chính kế toán": ("TCKT", ("Kế toán", "Kiểm soát chi phí")),
    "Phòng Công nghệ thông tin": ("CNTT", ("Ứng dụng", "Hạ tầng")),
}
MEMBERS = 5  # of a team, besides its leader
TWICE = "Nguyễn Thị Lan"

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi")
_MEN = ("Văn", "Minh", "Quốc", "Đức", "Hữu", "Thanh", "Tuấn")
_WOMEN = ("Thị", "Ngọc", "Thu", "Kim", "Bích", "Thanh", "Mỹ")
_MALE = ("An", "Bình", "Cường", "Dũng", "Giang", "Hải", "Hùng", "Khoa", "Long", "Nam", "Phúc",
         "Quân", "Sơn")  # fmt: skip
_FEMALE = ("Anh", "Chi", "Diệp", "Hà", "Hạnh", "Hương", "Lan", "Linh", "Mai", "Ngân", "Oanh",
           "Quỳnh", "Yến")  # fmt: skip


class Person(NamedTuple):
    name: str
    email: str
    title: str
    unit: str
    manager: str  # their address, or ""


class Unit(NamedTuple):
    code: str
    name: str
    kind: str
    parent: str
    leader: str  # their address


def _name(number: int) -> str:
    """One of 2,002 names, each once; as many women as men."""
    at, pair = number % 2, number // 2
    family = _FAMILY[pair % 11]
    middle = (_WOMEN if at else _MEN)[pair % 7]
    given = (_FEMALE if at else _MALE)[pair % 13]
    return f"{family} {middle} {given}"


def _address(name: str, taken: set[str]) -> str:
    words = folded(name).split()
    stem = ".".join([words[-1], *words[:-1]])
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}{number}"
    taken.add(found)
    return f"{found}@{DOMAIN}"


def people() -> list[Person]:
    """Everybody but the administrator who sets the program up; leaders before who they lead."""
    found: list[Person] = []
    taken: set[str] = set()

    def add(title: str, unit: str, manager: str, name: str = "") -> str:
        name = name or _name(len(found))
        found.append(Person(name, _address(name, taken), title, unit, manager))
        return found[-1].email

    top = add("Tổng giám đốc", BOARD, "")
    for what in ("sản xuất", "kinh doanh"):
        add(f"Phó Tổng giám đốc {what}", BOARD, top)
    for department, (_code, teams) in DEPARTMENTS.items():
        head = add(f"Trưởng {department[0].lower()}{department[1:]}", department, top)
        for team in teams:
            lead = add(f"Trưởng nhóm {team}", team, head)
            for number in range(MEMBERS):
                double = number == 0 and team in ("Miền Nam", "Tổng đài")
                add(f"Nhân viên {team}", team, lead, TWICE if double else "")
    return found


def units() -> list[Unit]:
    """Departments and their teams, with who leads them."""
    leads = {one.unit: one.email for one in reversed(people())}  # the first of each unit
    found = [Unit("BGD", BOARD, "Ban", "", leads[BOARD])]
    for department, (code, teams) in DEPARTMENTS.items():
        found.append(Unit(code, department, "Phòng", "", leads[department]))
        found += [
            Unit(f"{code}-{number}", team, "Tổ", code, leads[team])
            for number, team in enumerate(teams, 1)
        ]
    return found
