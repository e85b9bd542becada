"""Phòng Marketing, quarter by quarter."""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from haidang.demo.story.shapes import Catalogue, aim, done, grow, least, most, steps, up

CATALOGUE: Catalogue = {
    (2025, 1): [
        aim(
            "brand", "brand.lead", "Kể lại câu chuyện Hương Sen bằng giọng miền Nam",
            steps("Ra mắt ba phim ngắn", "Bếp ngoại", "Chợ nổi", "Ghe về"),
            up("Lượt xem hết phim", "lượt", 0, 250000),
        ),
        aim(
            "trade", "brand.trade", "Quầy kệ nhìn là nhận ra Hương Sen",
            up("Điểm bán trưng bày đúng mẫu", "điểm bán", 150, 400),
            least("Nhân viên bán hàng dùng đúng bộ trưng bày", "%", 85),
        ),
    ],
    (2025, 2): [
        aim(
            "digital", "digital.lead", "Biến người xem thành người mua",
            up("Tỷ lệ chuyển đổi của gian hàng trực tuyến", "%", 1.4, 2.4),
            up("Chi phí cho mỗi khách mua đầu tiên", "₫", 86000, 58000),
            why="Lượt xem tăng gấp đôi mà doanh thu trực tuyến đứng yên.",
        ),
        aim(
            "insight", "digital.data", "Hiểu bữa cơm của gia đình trẻ",
            up("Gia đình tham gia nhật ký bếp", "gia đình", 0, 120),
            done("Báo cáo năm thói quen nêm nếm được Ban Tổng giám đốc thông qua"),
        ),
    ],
    (2025, 3): [
        aim(
            "brand", "brand.press", "Báo chí nói về nước mắm truyền thống cùng ta",
            up("Bài báo chủ động đưa tin", "bài", 4, 25),
            least("Bài có thông điệp ủ chượp tự nhiên", "%", 70),
        ),
        aim(
            "trade", "brand.trade", "Một tháng trưng bày, một tháng bán hàng",
            grow("Doanh thu điểm bán có trưng bày", "triệu ₫", 14, "0.3"),
            up("Chi phí trưng bày trên doanh thu", "%", 6.2, 4.0),
            why="Tiền trưng bày năm trước không tách được điểm nào có lãi.",
        ),
    ],
    (2025, 4): [
        aim(
            "brand", "marketing.head", "Là thương hiệu đầu tiên người miền Nam nhớ tới",
            up("Nhận biết không gợi ý tại TP.HCM, theo khảo sát", "%", 23, 32),
            up("Nhận biết không gợi ý tại Cần Thơ, theo khảo sát", "%", 18, 27),
            aspirational=True, strategic=True,
        ),
        aim(
            "digital", "digital.social", "Người nấu ăn kể chuyện thay ta",
            up("Video do người dùng đăng có nhắc thương hiệu", "video", 60, 300),
            least("Bình luận tích cực", "%", 88),
        ),
    ],
    (2026, 1): [
        aim(
            "insight", "digital.data", "Đo được từng đồng quảng cáo",
            up("Chi tiêu quảng cáo có đo hiệu quả", "%", 35, 90),
            up("Doanh thu trên mỗi đồng quảng cáo", "đồng", 2.1, 3.2, decimals=1),
            why="Nửa ngân sách quảng cáo không biết đã đi đâu.",
        ),
        aim(
            "trade", "brand.event", "Gặp bà con tại phiên chợ cuối tuần",
            up("Người thử sản phẩm tại phiên chợ", "người", 0, 6000),
            up("Đơn hàng ghi tại phiên chợ", "đơn", 0, 900),
        ),
        aim(
            "digital", "digital.web", "Website trả lời đúng điều khách tìm",
            up("Khách đến từ tìm kiếm tự nhiên mỗi tháng", "khách", 9000, 20000),
            up("Tỷ lệ thoát trang công thức", "%", 71, 52),
        ),
    ],
    (2026, 2): [
        aim(
            "launch", "marketing.head", "Ra mắt nước mắm ít muối",
            up("Người tiêu dùng biết sản phẩm mới, theo khảo sát", "%", 0, 30),
            up("Hộ gia đình mua thử", "hộ", 0, 40000),
            up("Điểm bán lên kệ trong tháng đầu", "điểm bán", 0, 1500, owner="sales.head",
               key="kr.launch.shelf"),
            key="marketing.launch", open=True,
            why="Thị trường ít muối tăng ba mươi phần trăm mỗi năm mà ta chưa có mặt.",
            success="Khách gọi đúng tên sản phẩm khi mua.",
        ),
        aim(
            "insight", "digital.data", "Nghe khách nói trong bảy ngày đầu",
            up("Phản hồi về sản phẩm mới được phân loại", "phản hồi", 0, 800),
            most("Thời gian từ phản hồi đến đề xuất sửa", "ngày", 7),
        ),
    ],
    (2026, 3): [
        aim(
            "brand", "brand.lead", "Hương Sen vào mọi bếp ăn của Thành phố mới",
            up("Nhận biết có gợi ý tại ba địa bàn mới nhập, theo khảo sát", "%", 40, 60,
               ends_at=0.65),
            up("Hộ gia đình dùng hai sản phẩm trở lên", "hộ", 20000, 60000, ends_at=0.65),
            key="near.threshold", aspirational=True, open=False,
            why="Bình Dương và Vũng Tàu nay cùng một thành phố với TP.HCM.",
        ),
        aim(
            "digital", "digital.ads", "Quảng cáo đúng người, đúng bữa",
            up("Chi phí cho mỗi lượt thêm vào giỏ", "₫", 14200, 9000),
            grow("Doanh thu từ khách quay lại trên kênh số", "triệu ₫", 780, "0.3"),
        ),
    ],
    (2026, 4): [
        aim(
            "brand", "brand.event", "Mỗi phiên chợ quê một gian bếp Hương Sen",
            up("Phiên chợ có gian bếp", "phiên", 0, 24, key="kr.watermelon", confidence=9,
               values={1: 0, 2: 1, 3: 1, 4: 1, 5: 2, 6: 2, 7: 3, 8: 3, 9: 4, 10: 4, 11: 5}),
            up("Khách để lại số điện thoại tại gian bếp", "khách", 0, 4800,
               key="kr.watermelon2", confidence=8,
               values={1: 0, 2: 120, 3: 160, 4: 210, 5: 320, 6: 390, 7: 480, 8: 530, 9: 610,
                       10: 700, 11: 760}),
            key="watermelon", open=False,
            why="Khách tỉnh mua theo mùi thơm, không theo quảng cáo.",
        ),
        aim(
            "trade", "brand.trade", "Quà biếu gia vị lên kệ sớm ba tuần",
            least("Điểm bán nhận đủ bộ trưng bày trước hạn", "%", 95),
            up("Hộp quà bán ra", "hộp", 0, 18000),
        ),
        aim(
            "digital", "digital.lead", "Công thức nấu ăn dẫn đến giỏ hàng",
            up("Công thức có nút mua nguyên liệu", "công thức", 30, 200),
            up("Đơn hàng đến từ trang công thức", "đơn", 110, 900),
        ),
    ],
}
