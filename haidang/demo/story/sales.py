"""Phòng Kinh doanh: what the department and its regions wanted, quarter by quarter."""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from haidang.demo.story.shapes import Catalogue, aim, done, grow, least, most, steps, up

CATALOGUE: Catalogue = {
    (2025, 1): [
        aim(
            "cover", "sales.head", "Đưa hàng trở lại các chợ đầu mối",
            up("Sạp chợ đầu mối bán đủ năm mặt hàng chủ lực", "sạp", 60, 90),
            least("Tỷ lệ sạp đặt hàng lại trong tháng", "%", 65),
            why="Sau dịch, một nửa số sạp chuyển sang bán hàng của đối thủ.",
        ),
        aim(
            "npp", "east.lead", "Phủ kín các huyện còn trống ở miền Đông",
            up("Huyện miền Đông có ít nhất một nhà phân phối", "huyện", 18, 22),
            steps("Ký hợp đồng phân phối ba huyện ưu tiên", "Tân Uyên", "Long Thành", "Châu Đức"),
            why="Bốn huyện đang tăng dân số nhanh mà chưa có hàng Hương Sen.",
        ),
        aim(
            "skill", "desk.lead", "Đội ngũ bán hàng nói cùng một ngôn ngữ về sản phẩm",
            least("Nhân viên đạt bài kiểm tra kiến thức sản phẩm", "%", 90),
            up("Kịch bản chào hàng được chuẩn hóa", "kịch bản", 0, 12),
        ),
    ],
    (2025, 2): [
        aim(
            "cover", "hcm.lead", "Chiếm lại mặt tiền tạp hóa trong nội thành",
            up("Tạp hóa nội thành có kệ Hương Sen ngang tầm mắt", "điểm bán", 420, 800),
            up("Tần suất ghé thăm mỗi điểm bán trong tháng", "lượt", 1.2, 2.0, decimals=1),
            least("Điểm bán còn đủ hàng khi kiểm tra đột xuất", "%", 85),
            why="Người mua chọn trong bảy giây; chai ở ngang tầm mắt bán gấp rưỡi.",
        ),
        aim(
            "npp", "west.lead", "Mở đường cho gia vị về miền Tây",
            up("Nhà phân phối miền Tây nhận thêm nhóm gia vị", "NPP", 2, 9),
            grow("Sản lượng gia vị bán ra tại miền Tây", "thùng", 4200, "0.3"),
            why="Miền Tây mua nước mắm của ta nhưng gia vị của người khác.",
        ),
        aim(
            "cash", "desk.lead", "Thu tiền đúng hẹn từ nhà phân phối",
            up("Số ngày thu tiền bình quân", "ngày", 48, 38),
            up("Nhà phân phối ký phụ lục hạn mức công nợ", "NPP", 5, 30),
        ),
    ],
    (2025, 3): [
        # E6 of the worked examples stands here too (story/examples.py).
        aim(
            "cover", "modern.lead", "Giành chỗ đứng trong chuỗi cửa hàng tiện lợi",
            up("Cửa hàng tiện lợi bán nước mắm chai nhỏ", "cửa hàng", 120, 450),
            steps("Được nhận vào danh mục chuẩn của ba chuỗi", "Chuỗi thứ nhất", "Chuỗi thứ hai",
                  "Chuỗi thứ ba"),
            most("Hàng trả về từ cửa hàng tiện lợi", "%", 3),
            why="Khách dưới ba mươi tuổi mua gia vị lẻ trên đường về nhà.",
        ),
        aim(
            "skill", "hcm.lead", "Biến giám sát điểm bán thành huấn luyện viên",
            up("Giờ kèm cặp tại điểm bán mỗi tháng", "giờ", 12, 60),
            least("Nhân viên áp dụng đủ bảy bước bán hàng", "%", 80),
        ),
    ],
    (2025, 4): [
        aim(
            "npp", "west.lead", "Nuôi lớn nhà phân phối hạng trung ở miền Tây",
            up("Nhà phân phối đạt trên 800 triệu đồng mỗi tháng", "NPP", 4, 8),
            up("Vòng quay vốn bình quân của nhà phân phối", "vòng", 1.6, 2.2),
            why="Nhà phân phối có lãi mới đầu tư thêm xe và người.",
        ),
        aim(
            "cover", "modern.lead", "Chuẩn bị hàng cho mùa mua sắm cao điểm ở siêu thị",
            steps("Chốt kế hoạch trưng bày với bốn hệ thống", "Hệ thống A", "Hệ thống B",
                  "Hệ thống C", "Hệ thống D"),
            least("Quầy kệ siêu thị đủ hàng vào cuối tuần", "%", 96),
            grow("Doanh thu bình quân mỗi siêu thị", "triệu ₫", 62, "0.25"),
        ),
        aim(
            "data", "desk.data", "Nhìn thấy hàng bán ra chứ không chỉ hàng bán vào",
            up("Nhà phân phối gửi số bán ra hằng tuần", "NPP", 6, 40),
            most("Sai lệch tồn kho nhà phân phối so với kiểm kê", "%", 5),
            why="Đẩy hàng vào kho nhà phân phối không phải là bán được hàng.",
        ),
    ],
    (2026, 1): [
        aim(
            "cover", "east.lead", "Đi cùng công nhân: bếp ăn khu công nghiệp miền Đông",
            up("Bếp ăn khu công nghiệp dùng hàng Hương Sen", "bếp ăn", 14, 40),
            grow("Sản lượng can 5 lít cho bếp ăn", "can", 3600, "0.4"),
            least("Bếp ăn chấm từ 8/10 trở lên", "%", 85),
        ),
        aim(
            "npp", "west.lead", "Chuyển giao tuyến bán hàng cho nhà phân phối",
            up("Tuyến bán hàng do nhà phân phối tự chạy", "tuyến", 8, 24),
            up("Chi phí bán hàng trên mỗi thùng", "₫", 21500, 17500),
        ),
        aim(
            "cash", "desk.orders", "Đơn hàng nào cũng có hạn mức",
            least("Đơn hàng được kiểm hạn mức tự động", "%", 95),
            up("Đơn hàng bị giữ quá một ngày", "đơn", 85, 20),
            why="Ba khách nợ quá hạn lớn nhất đều đã vượt hạn mức trước khi giao hàng.",
        ),
    ],
    (2026, 2): [
        # E2 stands here too.
        aim(
            "launch", "modern.lead", "Đưa nước mắm ít muối lên kệ toàn miền Nam",
            up("Điểm bán có nước mắm ít muối", "điểm bán", 0, 1500),
            least("Điểm bán nhập hàng lần hai trong sáu tuần", "%", 55),
            key="sales.launch", open=True,
            why="Sản phẩm mới chỉ sống nếu người bán nhập hàng lần thứ hai.",
        ),
        aim(
            "skill", "desk.lead", "Nhân viên mới tự đứng tuyến sau sáu tuần",
            up("Thời gian để nhân viên mới tự đứng tuyến", "ngày", 70, 42),
            least("Nhân viên mới vượt qua kỳ đánh giá tháng thứ hai", "%", 90),
        ),
    ],
    (2026, 3): [
        aim(
            "npp", "west.lead", "Giữ chân nhà phân phối sau sáp nhập tỉnh",
            least("Nhà phân phối ký tiếp theo địa bàn mới", "%", 95),
            steps("Vẽ lại tuyến theo địa bàn mới", "TP.HCM mới", "Đồng Nai mới", "Cần Thơ mới",
                  "Cà Mau mới"),
            why="Địa giới đổi, tuyến cũ chồng lên nhau và hai nhà phân phối giành một chợ.",
        ),
        aim(
            "cover", "hcm.lead", "Vào bếp của nhà hàng và quán ăn",
            up("Nhà hàng, quán ăn mua hàng hằng tuần", "quán", 210, 420),
            up("Giá trị đơn bình quân của mỗi quán", "triệu ₫", 1.8, 2.6),
            most("Quán ngừng mua sau tháng đầu", "%", 15),
        ),
        aim(
            "cash", "desk.orders", "Không để nợ xấu qua tháng thứ ba",
            up("Nợ quá hạn trên 90 ngày", "triệu ₫", 2400, 900),
            least("Khách nợ quá hạn có lịch trả bằng văn bản", "%", 100),
        ),
    ],
    (2026, 4): [
        aim(
            "cover", "modern.lead", "Bán trọn bộ gia vị thay vì từng chai",
            up("Giỏ hàng siêu thị có từ ba sản phẩm Hương Sen", "%", 11, 20),
            up("Cửa hàng trưng bày góc bếp Hương Sen", "cửa hàng", 35, 140),
            grow("Doanh thu hộp quà gia vị", "triệu ₫", 950, "0.35"),
        ),
        aim(
            "data", "desk.data", "Mỗi cuộc ghé thăm đều để lại dữ liệu",
            least("Lượt ghé thăm được ghi trên CRM trong ngày", "%", 90),
            up("Cơ hội bán hàng có bước tiếp theo rõ ràng", "%", 35, 80),
            why="Không ghi lại thì người nghỉ việc mang theo cả khách hàng.",
        ),
        aim(
            "npp", "west.lead", "Mỗi vùng một nhà phân phối dẫn đầu",
            up("Nhà phân phối đạt chuẩn dẫn đầu", "NPP", 3, 8),
            done("Ban hành bộ tiêu chuẩn nhà phân phối dẫn đầu"),
        ),
    ],
}
