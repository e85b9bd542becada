"""Khối Sản xuất: quality, output, safety and new products, quarter by quarter."""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from haidang.demo.story.shapes import Catalogue, aim, done, grow, least, most, steps, up, within

CATALOGUE: Catalogue = {
    (2025, 1): [
        aim(
            "quality", "quality.lead", "Dừng lỗi ngay tại nơi nó sinh ra",
            up("Điểm kiểm soát có tiêu chuẩn bằng hình ảnh", "điểm kiểm", 8, 20),
            most("Lô phải kiểm lại trước khi xuất xưởng", "%", 4),
            why="Bảy trong mười lỗi bị bắt ở thành phẩm đáng lẽ phải bị chặn ở khâu rửa chai.",
        ),
        aim(
            "output", "sauce.lead", "Ổn định nhịp chiết rót ca hai",
            up("Sản lượng ca hai mỗi giờ", "chai", 5200, 5600),
            up("Lần dừng máy ngoài kế hoạch mỗi tuần", "lần", 9, 6),
        ),
    ],
    (2025, 2): [
        aim(
            "quality", "quality.line", "Chai nào cũng kín nắp, nhãn nào cũng ngay",
            up("Lỗi nắp hở trên một triệu chai", "ppm", 420, 180),
            up("Lỗi lệch nhãn trên một triệu chai", "ppm", 510, 250),
            why="Hai lỗi này chiếm sáu mươi phần trăm khiếu nại về bao bì.",
        ),
        aim(
            "safety", "upkeep.safety", "Ai cũng về nhà nguyên vẹn",
            least("Công nhân hoàn thành huấn luyện an toàn", "%", 100),
            up("Tình huống suýt xảy ra tai nạn được báo cáo", "tình huống", 6, 45),
            done("Rào chắn đủ các trục quay ở xưởng Gia vị"),
            why="Nơi không ai báo cáo tình huống suýt xảy ra là nơi sắp có tai nạn.",
        ),
        aim(
            "cost", "spice.lead", "Xưởng Gia vị bớt bụi, bớt hao",
            up("Hao hụt bột khi phối trộn", "%", 3.4, 2.2),
            up("Nồng độ bụi tại khu nghiền", "mg/m³", 5.8, 3.5, decimals=1),
        ),
    ],
    (2025, 3): [
        aim(
            "output", "sauce.lead", "Rút ngắn thời gian đổi mã hàng",
            up("Thời gian đổi mã trên dây chuyền 1", "phút", 75, 40),
            up("Thời gian đổi mã trên dây chuyền 2", "phút", 82, 45),
            up("Mã hàng có bảng chuẩn bị trước", "mã", 0, 24),
            why="Kinh doanh xin lô nhỏ hơn, xưởng chỉ chịu lô lớn vì đổi mã lâu.",
        ),
        aim(
            "lab", "lab.lead", "Tìm ra công thức ít muối mà vẫn đậm",
            up("Hàm lượng muối trên lít", "g", 285, 215),
            least("Người thử chấm vị đậm từ 7/10", "%", 75),
            aspirational=True,
            why="Bộ Y tế khuyến nghị dưới năm gam muối mỗi ngày; khách bắt đầu đọc nhãn.",
        ),
        aim(
            "safety", "upkeep.lead", "Bảo trì trước khi máy kêu",
            least("Thiết bị nhóm A được bảo trì đúng lịch", "%", 95),
            up("Giờ dừng máy vì hỏng hóc mỗi tháng", "giờ", 64, 35),
        ),
    ],
    (2025, 4): [
        aim(
            "output", "production.head", "Sẵn sàng cho hai tháng cao điểm",
            up("Sản lượng tối đa mỗi ngày", "thùng", 9200, 11500),
            least("Kế hoạch tuần được thực hiện đúng mã, đúng ngày", "%", 92),
            within("Tồn kho bán thành phẩm", "ngày", 8, 12, 4),
        ),
        aim(
            "quality", "quality.iso", "Giữ vững chứng nhận ISO 22000",
            up("Điểm không phù hợp còn mở", "điểm", 17, 0, decimals=0),
            done("Vượt qua đánh giá giám sát của tổ chức chứng nhận"),
        ),
        aim(
            "lab", "lab.pack", "Bao bì nhẹ hơn mà không vỡ",
            up("Khối lượng nhựa mỗi chai 500 ml", "g", 38, 31),
            most("Chai vỡ khi thử rơi", "%", 1),
            aspirational=True,
        ),
    ],
    (2026, 1): [
        aim(
            "cost", "production.head", "Bớt điện trên mỗi tấn thành phẩm",
            up("Điện năng trên tấn nước mắm", "kWh", 118, 96),
            steps("Thay ba cụm máy nén khí", "Cụm 1", "Cụm 2", "Cụm 3"),
            why="Giá điện tăng hai lần trong một năm.",
        ),
        aim(
            "quality", "quality.in", "Nguyên liệu sạch từ cổng nhà máy",
            least("Lô cá cơm đạt độ tươi loại một", "%", 90),
            up("Thời gian trả kết quả kiểm đầu vào", "giờ", 20, 8),
        ),
        aim(
            "skill", "spice.lead", "Công nhân gia vị thạo ít nhất hai vị trí",
            up("Công nhân đạt chứng nhận hai vị trí", "người", 11, 30),
            up("Ca phải dừng vì thiếu người", "ca", 7, 1),
        ),
    ],
    (2026, 2): [
        aim(
            "output", "sauce.lead", "Chạy thử và bàn giao dây chuyền chai nhỏ",
            steps("Nghiệm thu dây chuyền chai 150 ml", "Lắp đặt", "Chạy không tải", "Chạy có tải",
                  "Bàn giao"),
            up("Hiệu suất thiết bị tổng thể của dây chuyền mới", "%", 35, 68),
            why="Chuỗi cửa hàng tiện lợi chỉ nhận chai dưới 200 ml.",
        ),
        aim(
            "quality", "quality.lead", "Truy xuất một lô trong mười lăm phút",
            up("Thời gian truy xuất một lô", "phút", 190, 15),
            least("Lô có đủ dữ liệu từ cá đến chai", "%", 98),
        ),
        aim(
            "safety", "upkeep.safety", "Tổ nào cũng có người sơ cứu",
            up("Công nhân có chứng chỉ sơ cứu", "người", 6, 26),
            up("Thời gian phản ứng khi diễn tập sự cố", "phút", 9, 4),
        ),
    ],
    (2026, 3): [
        aim(
            "stock", "production.head", "Sản xuất theo sức bán, không theo sức máy",
            up("Mã hàng sản xuất theo dự báo tuần", "mã", 10, 46),
            up("Tồn kho thành phẩm quá 45 ngày", "pallet", 310, 90),
            key="production.stock",
            why="Kho đầy hàng chậm bán trong khi hàng bán chạy vẫn thiếu.",
        ),
        aim(
            "quality", "quality.out", "Không một thùng hàng lỗi đến tay khách lớn",
            up("Khiếu nại chất lượng từ hệ thống siêu thị", "vụ", 11, 2),
            least("Lô giao siêu thị được kiểm hai lần", "%", 100),
        ),
        aim(
            "lab", "lab.lead", "Ba hương vị mới từ đặc sản phương Nam",
            steps("Hoàn tất công thức", "Nước chấm me", "Muối tôm Tây Ninh", "Sốt sả ớt"),
            least("Điểm chấp nhận trong thử mù", "điểm", 7.5),
            aspirational=True,
        ),
    ],
    (2026, 4): [
        aim(
            "output", "production.head", "Đủ hàng cho mùa cao điểm mà không tăng ca đêm",
            up("Hiệu suất thiết bị tổng thể toàn nhà máy", "%", 66, 78),
            most("Giờ tăng ca bình quân mỗi người mỗi tuần", "giờ", 6),
            grow("Sản lượng chai 150 ml mỗi tuần", "thùng", 1900, "0.4"),
        ),
        aim(
            "cost", "spice.lead", "Giảm phế phẩm bao gói gia vị",
            up("Phế phẩm màng gói", "%", 4.1, 2.0),
            up("Đơn hàng gia vị hoàn thành ngay lần đầu", "%", 84, 95),
            why="Mỗi điểm phần trăm phế phẩm là ba trăm triệu đồng một năm.",
        ),
        aim(
            "safety", "upkeep.lead", "Một năm không tai nạn",
            most("Vi phạm quy tắc an toàn mỗi lần kiểm tra", "lỗi", 2),
            up("Kiến nghị an toàn của công nhân đã xử lý", "%", 55, 95),
        ),
    ],
}
