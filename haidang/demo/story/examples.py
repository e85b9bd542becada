"""The worked examples E2 to E14 in the life of the company, and its goals of the year.

E1 is in `kpis`. Values are told where an example or the story gives them: the key of a
value is the week of the cycle, counted from its first day.
"""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from haidang.demo.story.shapes import Aim, aim, done, grow, least, most, steps, up, within


@dataclass
class Special:
    """An objective with its own place: cycle key, level, and how often it is reported."""

    cycle: str
    aim: Aim
    level: str = "unit"
    every: int = 1  # weeks between check-ins
    weight: int | None = None
    #: Story day on which it is made and starts, where that is not its cycle's.
    since: date | None = None


def _weeks(*values: float | int | str, first: int = 1) -> dict[int, float | int | str]:
    return {first + i: v for i, v in enumerate(values)}


def _levels(**values: float | int | str) -> dict[int, float | int | str]:
    """w3=1, w7=2: reported each week from the third on, with the latest value named."""
    named = {int(name[1:]): value for name, value in values.items()}
    last = max(named)
    result, current = {}, None
    for week in range(min(named), last + 1):
        current = named.get(week, current)
        if current is not None:
            result[week] = current
    return result


#: E2: company objective > sales objective > the rep's, closed at 0.35, 0.45 and 0.5.
E2 = [
    Special(
        "H1/2026",
        aim(
            "", "marketing.head", "Mở rộng hiện diện thương hiệu phía Nam",
            up("Tổ chức 4 sự kiện marketing (TP.HCM, Cần Thơ, Biên Hòa, Vũng Tàu)", "sự kiện",
               0, 4, owner="brand.event", values=_levels(w4=0, w9=1, w25=1)),
            key="e2.company", open=False, serves=[("ultimate", "strategy", "average")],
            why="Người miền Nam biết tên Hương Sen nhưng ít khi gặp.",
            success="Sau mỗi sự kiện, nhà phân phối địa phương chủ động gọi đến.",
        ),
        "company",
    ),
    Special(
        "Q2/2026",
        aim(
            "", "sales.head", "Tối đa hóa hiệu suất khai thác khách hàng",
            up("Tiếp cận ít nhất 100 nhà phân phối tiềm năng trong {QQ:2/2026}", "NPP", 0, 100,
               values=_weeks(2, 5, 9, 13, 16, 20, 24, 28, 31, 34, 37, 40, first=2)),
            key="e2.sales", open=False, serves=[("e2.company", "cascade", "average")],
            why="Danh sách khách tiềm năng dài nhưng chưa ai gọi.",
        ),
    ),
    Special(
        "Q2/2026",
        aim(
            "", "rep.binhduong", "Gia tăng tỷ lệ chuyển đổi",
            up("Ít nhất 10 nhà phân phối ký hợp đồng trong {QQ:2/2026}", "NPP", 0, 10,
               values=_weeks(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, first=2)),
            key="e2.rep", serves=[("e2.sales", "cascade", "average")],
        ),
        "individual",
    ),
]

#: E3: 0.2 in week 6, 0.633 in week 12, 0.75 by 31/10; nothing from IT in weeks 7 to 9.
E3 = [
    Special(
        "H2/2026",
        aim(
            "", "it.head", "Triển khai CRM toàn doanh nghiệp",
            steps("Tích hợp CRM tại TP.HCM, Hà Nội, Đà Nẵng trước {D:31/10/2026}",
                  "TP.HCM", "Hà Nội", "Đà Nẵng", owner="apps.lead", deadline=date(2026, 10, 31),
                  key="kr.crm.places",
                  values={2: 0, 3: 0, 4: 0, 5: 1, 6: 1, 10: 1, 11: 1, 12: 1, 13: 1, 14: 1, 15: 1,
                          16: 1, 17: 2, 18: 2, 19: 2, 20: 2, 21: 2}),
            least("100% nhân viên sử dụng thành thạo CRM trong 2 tuần đầu", "%", 100,
                  owner="sales.head", key="kr.crm.skill", values={}),
            least("Ít nhất 90% người dùng hài lòng với CRM", "%", 90,
                  owner="care.head", key="kr.crm.happy", values={}),
            key="e3.it", open=False, strategic=True,
            serves=[("c26.ops", "decomposes", "average"), ("kpi.uptime", "improves", "none")],
            why="Mỗi phòng giữ một danh sách khách riêng; khách phải kể lại chuyện của mình.",
            success="Mở một màn hình là thấy toàn bộ câu chuyện của một khách hàng.",
        ),
    ),
    Special(
        "H2/2026",
        aim(
            "", "sales.head", "Tăng tốc ứng dụng CRM",
            up("Tổ chức 3 buổi đào tạo CRM cho toàn phòng", "buổi", 0, 3, owner="desk.lead",
               values=_levels(w4=0, w9=1, w12=2, w21=2)),
            key="e3.sales", open=False, serves=[
                ("kr.crm.skill", "cross_team", "average"),
                ("e3.it", "depends_on", "none"),
            ],
        ),
    ),
    Special(
        "H2/2026",
        aim(
            "", "care.head", "Tối ưu trải nghiệm dữ liệu khách hàng",
            least("Ít nhất 90% người dùng hài lòng sau 1 tháng", "%", 90, owner="online.lead",
                  values=_levels(w6=24, w8=41, w10=66, w12=81, w17="82.5", w21="82.5")),
            key="e3.care", open=False, serves=[("kr.crm.happy", "cross_team", "average")],
        ),
    ),
]

#: E4: a year and its quarters, 0.683333333: the third quarter's objective stays a draft.
E4 = [
    Special(
        "Y2026",
        aim(
            "", "hr.head", "Thương hiệu tuyển dụng chuyên nghiệp",
            up("Đạt 10.000 lượt tiếp cận ứng viên", "lượt", 0, 10000, owner="hr.brand",
               values={9: 300, 13: 700, 17: 1200, 22: 1700, 26: 2100, 31: 2300, 35: 2400,
                       40: 2500, 44: 2500, 48: 2500},
               description="Chỉ tính lượt tiếp cận đúng đối tượng, sau khi lọc trùng."),
            key="e4.year", open=False, serves=[("pillar.people", "strategy", "average")],
            why="Ứng viên giỏi chưa nghĩ đến ngành thực phẩm.",
        ),
        every=4,
    ),
    Special(
        "Q1/2026",
        aim(
            "", "hr.brand", "Xác định EVP",
            up("Phỏng vấn 10 nhân viên về giá trị của công ty", "cuộc", 0, 10,
               values=_weeks(0, 1, 2, 3, 4, 5, 5, 7, 8, 9, 10, first=2)),
            key="e4.q1", open=False, serves=[("e4.year", "decomposes", "average")],
        ),
    ),
    Special(
        "Q2/2026",
        aim(
            "", "hr.brand", "Truyền thông EVP",
            up("Ít nhất 5.000 lượt tiếp cận trong tháng đầu", "lượt", 0, 5000,
               values=_weeks(0, 300, 900, 1600, 2300, 2800, 3200, 3500, 3700, 3900, 4000, 4000,
                             first=2)),
            key="e4.q2", open=False, serves=[("e4.year", "decomposes", "average")],
        ),
    ),
    Special(
        "Q3/2026",
        aim(
            "", "hr.brand", "Tiếp cận ứng viên ở đại học",
            up("Tổ chức 2 buổi hội thảo tại trường đại học", "buổi", 0, 2),
            key="e4.q3", open=False, draft=True, serves=[("e4.year", "decomposes", "average")],
        ),
    ),
]

#: E5 with its retargeted response time; E6, E7, E8, E10, E11, E13 and E14.
QUARTERLY = [
    Special(
        "Q1/2026",
        aim(
            "speed", "care.head", "Nâng cao chất lượng dịch vụ khách hàng",
            most("Thời gian phản hồi dưới 2 giờ", "giờ", 2, key="kr.e5.response",
                 owner="phone.lead",
                 values=_weeks("3.6", "3.4", "3.5", "3.3", "3.2", "3.2", "3.1", "3.0", "2.9",
                               "2.8", "2.8", first=2)),
            up("Mức độ hài lòng theo khảo sát quý", "%", 75, 90, ends_at=0.8),
            most("Khiếu nại dưới 5% giao dịch", "%", 5, owner="claims.lead"),
            up("Họp chất lượng dịch vụ hằng tháng", "buổi", 0, 3, ends_at=1.0),
            key="e5", why="Khách chờ lâu nhất vào đúng lúc cần nhất: buổi sáng đầu tuần.",
        ),
    ),
    Special(
        "Q3/2025",
        aim(
            "grow", "sales.head", "Tăng doanh số {QQ:3/2025}",
            grow("Doanh số tăng 20% so với cùng kỳ", "tỷ ₫", "55.2", "0.2", ends_at=0.82),
            grow("Khách hàng đăng ký mới tăng ít nhất 15%", "khách", 320, "0.15", ends_at=0.9),
            most("Tỷ lệ khách rời bỏ dưới 10%", "%", 10, ends_at=0.97),
            key="e6",
        ),
    ),
    Special(
        "Q4/2025",
        aim(
            "apps", "apps.lead", "Nâng cao chất lượng sản phẩm",
            most("Tỷ lệ lỗi của ứng dụng đặt hàng dưới 5%", "%", 5),
            up("Nhà phân phối sử dụng tính năng mới", "%", 0, 25, ends_at=0.88),
            least("Ít nhất 90% đánh giá tích cực", "%", 90),
            key="e7",
        ),
    ),
    Special(
        "Q2/2025",
        aim(
            "learn", "hr.head", "Phát triển năng lực nhân sự",
            least("Ít nhất 90% chương trình đào tạo hoàn thành", "%", 90, owner="hr.learn"),
            up("Tỷ lệ thăng tiến nội bộ", "%", 6, 12),
            up("Mức hài lòng của nhân viên tăng 15 điểm phần trăm", "%", 62, 77),
            key="e8",
        ),
    ),
    Special(
        "Q2/2025",
        aim(
            "speed", "phone.lead", "Tăng 10% mức hài lòng của người gọi",
            grow("Rút ngắn 50% thời gian phản hồi của tổng đài", "giờ", 4, "-0.5"),
            grow("Đánh giá tích cực tăng 20%", "đánh giá", 150, "0.2"),
            up("Nhân viên tổng đài được đào tạo lại", "người", 0, 6, ends_at=1.0),
            key="e10",
        ),
    ),
    Special(
        "Q4/2026",
        aim(
            "", "brand.press", "Nâng cao kỹ năng nói trước công chúng",
            up("Thực hiện 2 buổi nói chuyện mỗi tháng", "buổi", 0, 6),
            least("Ít nhất 80% người nghe đánh giá tích cực", "%", 80),
            done("Tham gia câu lạc bộ diễn thuyết", ends_at=1.0),
            key="e11", serves=[("c26.people", "supports", "none")],
        ),
        "individual",
    ),
    Special(
        "Q3/2025",
        aim(
            "digital", "digital.web", "Tăng 50% tốc độ website",
            up("Tối ưu ảnh và mã script: thời gian tải trang", "giây", "4.2", "2.1"),
            up("Nâng cấp hosting: thời gian phản hồi máy chủ", "ms", 900, 450),
            up("Lưu lượng tĩnh phục vụ qua CDN", "%", 0, 95),
            key="e13",
        ),
    ),
    Special(
        "Q3/2026",
        aim(
            "speed", "phone.lead", "Tăng 20% mức hài lòng của khách hàng",
            grow("Thời gian phản hồi cải thiện 50%", "giờ", "3.2", "-0.5"),
            up("Thu thập ít nhất 50 phản hồi của khách", "phản hồi", 0, 50),
            grow("Hài lòng tăng 15% nhờ đào tạo nhân viên", "%", 72, "0.15"),
            grow("Tỷ lệ mua lại tăng 10%", "%", 42, "0.1"),
            key="e14",
        ),
    ),
]

#: E9, E12, and what the company wanted in each year, by pillar.
COMPANY = [
    Special(
        "S2025",
        aim(
            "", "ceo", "Chiếm 10% thị phần ở thị trường miền Trung",
            steps("Nghiên cứu thị trường miền Trung", "Quy mô", "Khẩu vị", "Kênh bán", "Đối thủ",
                  owner="digital.data", ends_at=1.0),
            steps("Kế hoạch thâm nhập được thông qua", "Sản phẩm", "Giá", "Nhà phân phối",
                  "Ngân sách", owner="strategy", ends_at=0.75),
            up("Thị phần sau khi ra mắt", "%", 0, 10, owner="sales.head", ends_at=0.08),
            key="e12", strategic=True, aspirational=True, open=False,
            serves=[("pillar.market", "strategy", "average")],
            why="Miền Nam rồi sẽ bão hòa; miền Trung dùng nước mắm nhiều nhất nước.",
        ),
        "company", every=6, weight=10,
    ),
    Special(
        "Y2025",
        aim(
            "", "sales.head", "Tăng 25% doanh thu toàn công ty",
            grow("Số khách hàng tăng 20%", "khách", 2400, "0.2", ends_at=0.85),
            grow("Giá trị đơn hàng bình quân tăng 10%", "triệu ₫", "18.5", "0.1", ends_at=0.9),
            up("Tỷ lệ khách rời bỏ giảm 5 điểm phần trăm", "%", 14, 9, ends_at=0.7),
            key="c25.market", strategic=True, open=False,
            serves=[("pillar.market", "strategy", "average")],
        ),
        "company", every=4, weight=10,
    ),
    Special(
        "Y2025",
        aim(
            "", "care.head", "Khách hàng thấy mình được lắng nghe",
            up("Khách trả lời khảo sát hằng quý", "khách", 600, 1500, ends_at=0.9),
            up("Góp ý của khách trở thành thay đổi", "góp ý", 0, 40, ends_at=0.75),
            key="c25.customer", open=False, serves=[("pillar.customer", "strategy", "average")],
        ),
        "company", every=4, weight=20,
    ),
    Special(
        "Y2025",
        aim(
            "", "deputy", "Vận hành bằng số liệu, không bằng trí nhớ",
            up("Quy trình chính có số đo hằng tuần", "quy trình", 3, 20, ends_at=0.82),
            up("Báo cáo làm bằng tay mỗi tháng", "báo cáo", 48, 15, ends_at=0.7),
            key="c25.ops", open=False, serves=[("pillar.digital", "strategy", "average")],
        ),
        "company", every=4, weight=20,
    ),
    Special(
        "Y2025",
        aim(
            "", "hr.head", "Giữ người giỏi, dạy người mới",
            up("Nhân viên nòng cốt ở lại", "%", 81, 90, ends_at=0.8),
            up("Giờ đào tạo mỗi nhân viên", "giờ", 9, 24, decimals=0, ends_at=0.92),
            key="c25.people", open=False, serves=[("pillar.people", "strategy", "average")],
        ),
        "company", every=4, weight=20,
    ),
    Special(
        "Y2026",
        aim(
            "", "sales.head", "Có mặt trong mọi căn bếp phương Nam",
            up("Hộ gia đình miền Nam mua ít nhất một lần", "%", 31, 42, ends_at=0.8),
            up("Điểm bán đang hoạt động", "điểm bán", 14200, 19000, ends_at=0.85),
            up("Doanh thu từ sản phẩm ra mắt trong hai năm", "%", 6, 15, ends_at=0.7),
            key="c26.market", strategic=True, open=False,
            serves=[("pillar.market", "strategy", "average")],
            why="Mỗi hộ dùng thêm một sản phẩm là thêm sáu mươi tỷ đồng một năm.",
        ),
        "company", every=4, weight=10,
    ),
    Special(
        "Y2026",
        aim(
            "", "care.head", "Khách quay lại vì được phục vụ tốt",
            up("Khách mua lại trong sáu tháng", "%", 46, 60, ends_at=0.85),
            up("Điểm sẵn sàng giới thiệu cả năm", "điểm", 24, 45, decimals=0, ends_at=0.8),
            key="c26.customer", open=False, serves=[("pillar.customer", "strategy", "average")],
        ),
        "company", every=4, weight=20,
    ),
    Special(
        "Y2026",
        aim(
            "", "deputy", "Một công ty, một dòng dữ liệu",
            up("Quyết định tuần dựa trên bảng số liệu chung", "%", 20, 75, ends_at=0.8),
            up("Thời gian từ đơn hàng đến giao hàng", "giờ", 54, 36, decimals=0, ends_at=0.78),
            key="c26.ops", strategic=True, open=False,
            serves=[("pillar.digital", "strategy", "average")],
        ),
        "company", every=4, weight=20,
    ),
    Special(
        "Y2026",
        aim(
            "", "hr.head", "Nơi làm việc mà người giỏi giới thiệu bạn bè",
            up("Nhân viên sẵn sàng giới thiệu công ty, theo khảo sát", "%", 48, 70, ends_at=0.8),
            up("Vị trí quản lý được bổ nhiệm từ bên trong", "%", 40, 65, ends_at=0.85),
            key="c26.people", open=False, serves=[("pillar.people", "strategy", "average")],
        ),
        "company", every=4, weight=20,
    ),
]

#: The answer to the fall of August, made as soon as the month was closed.
RECOVERY = [
    Special(
        "H2/2026",
        aim(
            "recover", "east.lead", "Khôi phục doanh số Bình Dương",
            up("Nhà phân phối Bình Dương đặt hàng trở lại", "NPP", 2, 7, owner="rep.binhduong",
               values=_levels(w11=2, w12=3, w14=4, w16=5, w19=6, w23=7, w26=7)),
            up("Điểm bán bị mất được mở lại", "điểm bán", 0, 160, owner="rep.binhduong",
               values=_weeks(8, 21, 38, 52, 67, 79, 88, 97, 106, 115, 122, 130, 138, 146, 153, 160,
                             first=11)),
            within("Tồn kho tại nhà phân phối Bình Dương", "ngày", 15, 25, 10, owner="stock.plan",
                   values=_weeks(34, 33, 31, 30, 28, 27, 27, 26, 25, 24, 23, 23, 22, 22, 21, 20,
                                 first=11)),
            key="recovery",
            serves=[
                ("kpi.area.binhduong", "improves", "none"),
                ("c26.market", "decomposes", "average"),
            ],
            why="Trong {M:8/2026} hai nhà phân phối lớn chuyển sang đối thủ, doanh thu rơi từ 3,1 "
                "xuống 1,8 tỷ.",
            success="Khách quay lại vì giao đúng hẹn, không phải vì khuyến mãi.",
        ),
        since=date(2026, 9, 7),
    ),
]

SPECIALS = [*COMPANY, *E2, *E3, *E4, *RECOVERY, *QUARTERLY]

#: Cross-team answers among the departments' own objectives.
ANSWERS = [
    ("sales.launch", "kr.launch.shelf", "cross_team", "average"),
    ("production.stock", "kr.slow", "cross_team", "average"),
]
