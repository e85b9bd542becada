"""What Hương Sen is for: vision, mission, five values, and the objectives that cite them."""

from __future__ import annotations

from dataclasses import dataclass, field

VISION = (
    "Đến năm 2035, gian bếp nào của người Việt cũng có một món mang hương vị Hương Sen.",
    "By 2035, every Vietnamese kitchen has something on its shelf that tastes of Hương Sen.",
)
#: As it was written first, and as it was sharpened a year later.
FIRST_MISSION = (
    "Làm ra gia vị và nước chấm sạch cho người Việt.",
    "To make clean seasonings and dipping sauces for the people of Vietnam.",
)
MISSION = (
    "Giữ hương vị bếp nhà bằng nguyên liệu của nông dân miền Nam: sạch từ ruộng đến chén, "
    "vừa túi tiền của mọi nhà, và công bằng với người trồng, người làm, người bán.",
    "To keep the taste of home cooking alive with what southern farmers grow: clean from the "
    "field to the bowl, affordable for every family, fair to those who grow, make and sell it.",
)


@dataclass(frozen=True)
class Value:
    name: tuple[str, str]
    words: tuple[str, str]
    icon: str
    cited_by: list[str] = field(default_factory=list)


VALUES = [
    Value(
        ("Thật trong từng chén", "Honest in every bowl"),
        (
            "Ghi trên nhãn thế nào, trong chai thế ấy. Có lỗi thì nói trước khi khách hỏi.",
            "What the label says is what the bottle holds. We name a fault before a customer asks.",
        ),
        "shield-check",
        ["c26.customer", "c25.customer"],
    ),
    Value(
        ("Khách hàng ngồi cùng bàn", "The customer sits at our table"),
        (
            "Mỗi quyết định có một chiếc ghế dành cho khách hàng: họ được gì, họ phải chờ bao lâu?",
            "Every decision keeps a chair for the customer: what do they gain, how long do they "
            "wait?",
        ),
        "heart-handshake",
        ["c26.customer", "e5", "e3.care", "c26.market"],
    ),
    Value(
        ("Nói bằng con số", "Numbers before opinions"),
        (
            "Đo trước, bàn sau. Số xấu được đưa lên bàn sớm nhất, không ai bị trách vì báo sớm.",
            "Measure first, then talk. Bad numbers come to the table first, and nobody is blamed "
            "for bringing them early.",
        ),
        "scale",
        ["c26.ops", "e3.it"],
    ),
    Value(
        ("Chung một bếp", "One kitchen"),
        (
            "Việc của phòng bên cũng là việc của mình khi khách hàng đang chờ.",
            "Another department's task is ours too while a customer is waiting.",
        ),
        "users-group",
        ["e3.sales", "marketing.launch", "sales.launch"],
    ),
    Value(
        ("Học mỗi ngày một món", "Learn a dish a day"),
        (
            "Người mới được kèm, người cũ được thử. Sai một lần là học phí.",
            "Newcomers are coached, old hands may try. A mistake made once is a fee for a lesson.",
        ),
        "book",
        ["c26.people", "e4.year"],
    ),
]
