"""Phòng Cung ứng, and the two departments that it was merged from, quarter by quarter."""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from haidang.demo.story.shapes import Catalogue, aim, done, grow, least, most, steps, up, within

CATALOGUE: Catalogue = {
    (2025, 1): [
        aim(
            "buy", "buying.lead", "Hợp đồng khung cho mười nguyên liệu chính",
            up("Nguyên liệu chính có hợp đồng khung", "nguyên liệu", 4, 10),
            least("Đơn mua theo đúng giá hợp đồng", "%", 92),
        ),
        aim(
            "stock", "stock.lead", "Kiểm kê khớp sổ ở mọi kho",
            up("Độ chính xác tồn kho", "%", 94, 97),
            steps("Kiểm kê toàn phần ba kho", "Kho Long An", "Kho Bình Tân", "Kho Cần Thơ"),
            why="Sai số tồn kho khiến mỗi tuần có mười đơn phải báo thiếu.",
        ),
    ],
    (2025, 2): [
        aim(
            "buy", "buying.fish", "Giữ nguồn cá cơm qua mùa biển động",
            up("Chủ ghe ký hợp đồng bao tiêu", "chủ ghe", 14, 32),
            within("Tồn kho cá cơm", "ngày", 20, 30, 8),
            why="Mùa biển động năm trước xưởng phải ngừng chín ngày vì thiếu cá.",
        ),
        aim(
            "ship", "stock.ship", "Xe ra khỏi kho là đầy tải",
            up("Tỷ lệ lấp đầy thùng xe", "%", 67, 82),
            up("Chi phí vận chuyển mỗi thùng", "₫", 9400, 7900),
        ),
    ],
    (2025, 3): [
        aim(
            "merge", "supply.head", "Một phòng Cung ứng, một kế hoạch",
            steps("Hợp nhất ba quy trình", "Dự báo nhu cầu", "Đặt mua", "Điều chuyển kho"),
            least("Nhân sự hai phòng cũ hiểu vai trò mới, theo khảo sát", "%", 90),
            up("Cuộc họp trùng nội dung mỗi tuần", "cuộc", 9, 3),
            why="Thu mua và Kho vận sáp nhập từ tháng đầu quý để hết cảnh mua mà không có chỗ để.",
        ),
        aim(
            "buy", "buying.pack", "Hai nhà cung cấp cho mỗi loại bao bì",
            up("Loại bao bì có hai nhà cung cấp", "loại", 5, 16),
            grow("Giá bình quân chai PET", "₫", 2350, "-0.06"),
        ),
    ],
    (2025, 4): [
        aim(
            "ship", "stock.ship", "Giao hàng đúng khung giờ chợ",
            up("Chuyến giao trước sáu giờ sáng tại chợ đầu mối", "%", 62, 88),
            most("Đơn phải giao lại", "%", 4),
            why="Sau sáu giờ sáng, tiểu thương đã mua hàng của người khác.",
        ),
        aim(
            "stock", "stock.plan", "Dự báo đủ tốt để bớt hàng tồn",
            up("Sai số dự báo theo mã hàng", "%", 41, 27),
            up("Mã hàng có tồn kho an toàn tính theo dữ liệu", "mã", 12, 60),
        ),
    ],
    (2026, 1): [
        aim(
            "buy", "buying.audit", "Nhà cung cấp nào cũng được chấm điểm",
            up("Nhà cung cấp nhóm A có phiếu điểm", "nhà cung cấp", 6, 28),
            least("Lô nguyên liệu kèm đủ chứng từ", "%", 98),
        ),
        aim(
            "stock", "stock.north", "Kho Bình Tân gọn và nhanh",
            up("Thời gian soạn một đơn hàng", "phút", 34, 20),
            up("Vị trí kho có mã vạch", "vị trí", 260, 1200),
            why="Kho xếp theo trí nhớ của thủ kho; thủ kho nghỉ phép là kho đứng.",
        ),
        aim(
            "ship", "supply.head", "Chia lại tuyến vận tải theo địa bàn mới",
            up("Quãng đường bình quân mỗi đơn", "km", 38, 29),
            steps("Đấu thầu lại ba tuyến", "Tuyến miền Đông", "Tuyến nội thành", "Tuyến miền Tây"),
        ),
    ],
    (2026, 2): [
        aim(
            "buy", "buying.spice", "Vùng trồng tiêu và ớt có hợp đồng dài hạn",
            up("Diện tích vùng trồng liên kết", "ha", 45, 130),
            least("Hộ nông dân ghi nhật ký canh tác", "%", 80),
        ),
        aim(
            "return", "stock.return", "Hàng trả về không nằm kho quá một tuần",
            up("Thời gian xử lý hàng trả về", "ngày", 19, 7),
            up("Giá trị hàng trả về tái nhập bán được", "%", 34, 60),
        ),
    ],
    (2026, 3): [
        aim(
            "stock", "supply.head", "Giữ tồn kho trong khoảng an toàn",
            within("Tồn kho thành phẩm bình quân", "ngày", 25, 35, 8),
            up("Mã hàng chậm luân chuyển", "mã", 38, 15, owner="production.head",
               key="kr.slow"),
            least("Đơn hàng đủ hàng ngay lần soạn đầu", "%", 96),
            key="supply.stock",
            why="Vốn nằm trong kho không mua được cá.",
        ),
        aim(
            "ship", "stock.west", "Kho Cần Thơ phục vụ trọn miền Tây",
            up("Đơn miền Tây xuất từ kho Cần Thơ", "%", 44, 85),
            up("Thời gian giao bình quân về Cà Mau", "giờ", 52, 30, decimals=0),
        ),
    ],
    (2026, 4): [
        aim(
            "ship", "stock.ship", "Nhà phân phối biết trước giờ xe đến",
            least("Chuyến giao có tin báo trước hai giờ", "%", 92),
            up("Sai lệch giờ đến so với giờ báo", "phút", 65, 25),
            done("Nối định vị xe với ứng dụng đặt hàng"),
            why="Nhà phân phối phải cho hai người đứng chờ cả buổi sáng.",
        ),
        aim(
            "buy", "buying.lead", "Mua sớm để không mua đắt",
            up("Giá trị đặt mua trước ba tháng", "%", 28, 55),
            grow("Đơn giá bình quân rổ nguyên liệu", "điểm", 100, "-0.04"),
        ),
        aim(
            "stock", "stock.plan", "Đủ hàng cao điểm mà kho không tràn",
            most("Lần hết hàng của hai mươi mã chủ lực", "lần", 3),
            up("Hàng thuê kho ngoài", "pallet", 420, 150),
        ),
    ],
}
