"""Phòng Chăm sóc khách hàng, quarter by quarter (E5, E10 and E14 are in examples)."""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from haidang.demo.story.shapes import Catalogue, aim, done, grow, least, most, steps, up

CATALOGUE: Catalogue = {
    (2025, 1): [
        aim(
            "speed", "phone.lead", "Không cuộc gọi nào bị bỏ quên",
            up("Cuộc gọi nhỡ được gọi lại trong ngày", "%", 58, 85),
            most("Thời gian chờ máy bình quân", "giây", 45, decimals=0),
        ),
        aim(
            "claims", "claims.lead", "Trả lời khiếu nại bằng văn bản đúng hẹn",
            least("Khiếu nại có văn bản trả lời trong 5 ngày", "%", 85),
            up("Mẫu trả lời được pháp lý duyệt", "mẫu", 3, 15),
            why="Khách chấp nhận câu trả lời không như ý, không chấp nhận im lặng.",
        ),
    ],
    (2025, 2): [
        aim(
            "online", "online.lead", "Trả lời tin nhắn nhanh như gọi điện",
            up("Thời gian phản hồi tin nhắn đầu tiên", "phút", 46, 15),
            up("Tin nhắn được xử lý trọn trong một lần", "%", 41, 65),
            why="Khách trẻ không gọi tổng đài.",
        ),
        aim(
            "claims", "claims.2", "Bồi hoàn hàng vỡ trong bốn mươi tám giờ",
            up("Thời gian bồi hoàn hàng vỡ", "giờ", 120, 48, decimals=0),
            most("Vụ hàng vỡ phải mở lại", "%", 5),
        ),
    ],
    (2025, 3): [
        aim(
            "skill", "phone.5", "Lắng nghe trước, giải thích sau",
            up("Điểm chất lượng cuộc gọi", "điểm", 71, 85),
            least("Chuyên viên qua khóa lắng nghe chủ động", "%", 100),
        ),
        aim(
            "loyal", "care.head", "Giữ khách cũ bằng cuộc gọi sau bán",
            up("Nhà phân phối được gọi hỏi thăm mỗi tháng", "NPP", 20, 90),
            grow("Tỷ lệ khách mua lại trong quý", "%", 44, "0.15"),
            most("Khách lớn rời bỏ", "khách", 2),
            why="Tìm một khách mới tốn gấp năm lần giữ một khách cũ.",
        ),
    ],
    (2025, 4): [
        aim(
            "claims", "claims.lead", "Tìm tận gốc mười khiếu nại lặp lại nhiều nhất",
            up("Nguyên nhân gốc đã có biện pháp", "nguyên nhân", 0, 10),
            up("Khiếu nại lặp lại cùng nguyên nhân", "vụ", 64, 25),
        ),
        aim(
            "online", "online.3", "Năm sao trên sàn thương mại điện tử",
            up("Điểm đánh giá gian hàng", "sao", 4.4, 4.8, decimals=1),
            least("Đánh giá xấu được liên hệ trong 24 giờ", "%", 95),
            why="Gian hàng dưới 4,7 sao bị sàn đẩy xuống trang hai.",
        ),
        aim(
            "speed", "phone.lead", "Đủ người nghe máy trong mùa cao điểm",
            up("Cuộc gọi được nhấc máy trong 20 giây", "%", 68, 85),
            most("Cuộc gọi bị ngắt giữa chừng", "%", 4),
        ),
    ],
    (2026, 1): [
        aim(
            "loyal", "phone.4", "Nhà phân phối có một đầu mối duy nhất",
            up("Nhà phân phối có chuyên viên phụ trách riêng", "NPP", 0, 60),
            least("Nhà phân phối hài lòng với đầu mối, theo khảo sát quý", "%", 88),
        ),
        aim(
            "online", "online.2", "Cộng đồng bếp Việt tự giúp nhau",
            up("Câu hỏi được thành viên khác trả lời", "%", 12, 40),
            up("Thành viên hoạt động hằng tuần", "người", 850, 2500),
            aspirational=True,
        ),
    ],
    (2026, 2): [
        aim(
            "skill", "care.head", "Mỗi chuyên viên giỏi hai kênh",
            up("Chuyên viên được chứng nhận hai kênh", "người", 3, 11),
            up("Yêu cầu phải chuyển qua người khác", "%", 31, 18),
            why="Chuyển máy là lý do phàn nàn số một trong khảo sát.",
        ),
        aim(
            "claims", "claims.1", "Khách biết khiếu nại của mình đang ở đâu",
            least("Khiếu nại có tin nhắn cập nhật mỗi bước", "%", 90),
            up("Cuộc gọi hỏi tình trạng khiếu nại mỗi tuần", "cuộc", 140, 50),
        ),
    ],
    (2026, 3): [
        aim(
            "claims", "claims.lead", "Đóng khiếu nại với sự đồng ý của khách",
            least("Khiếu nại đóng có xác nhận của khách", "%", 92),
            up("Khiếu nại mở quá 15 ngày", "vụ", 38, 8),
        ),
        aim(
            "data", "online.lead", "Gom một khách về một hồ sơ",
            up("Khách có hồ sơ hợp nhất giữa các kênh", "%", 22, 75),
            up("Hồ sơ trùng lặp", "hồ sơ", 8600, 1500),
            why="Một chị bán tạp hóa đang là ba khách hàng khác nhau trong ba phần mềm.",
        ),
    ],
    (2026, 4): [
        aim(
            "speed", "phone.lead", "Trả lời đúng ngay lần đầu",
            up("Yêu cầu giải quyết ngay trong lần liên hệ đầu", "%", 63, 80),
            up("Bài hướng dẫn nội bộ được cập nhật", "bài", 40, 120),
        ),
        aim(
            "loyal", "care.head", "Biến khách hài lòng thành người giới thiệu",
            up("Điểm sẵn sàng giới thiệu (NPS) theo khảo sát quý", "điểm", 31, 45, decimals=0),
            up("Khách mới đến từ lời giới thiệu", "khách", 25, 120),
            aspirational=True,
            why="Ở chợ, lời chị bán hàng bên cạnh đáng tin hơn mọi quảng cáo.",
        ),
        aim(
            "claims", "claims.2", "Giao nhầm không quá một lần",
            up("Khách bị giao nhầm từ lần thứ hai", "khách", 19, 3),
            steps("Sửa quy trình bàn giao ở ba kho", "Kho Bình Tân", "Kho Cần Thơ", "Kho Long An"),
            done("Thống nhất biên bản giao nhận điện tử với Kho vận"),
        ),
    ],
}
