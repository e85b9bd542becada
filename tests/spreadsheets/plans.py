"""What the departments of the company want in a year: objectives with key results, and KPIs."""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """A key result: from, to, in what."""

    title: str
    unit: str
    baseline: str
    target: str


class Kpi(NamedTuple):
    title: str
    unit: str
    target: str
    direction: str
    over: str  # how periods become one number
    serves: str  # title of the company's KPI


class Plan(NamedTuple):
    """Of a department: its objectives (the company's objective above, title, key results) and
    its KPIs. Teams and people take them over, each in their part."""

    objectives: tuple[tuple[str, str, tuple[Measure, Measure, Measure]], ...]
    kpis: tuple[Kpi, ...]
    personal: tuple[tuple[str, tuple[Measure, Measure, Measure]], ...]


M, K = Measure, Kpi
HIGH, LOW = "Càng cao càng tốt", "Càng thấp càng tốt"
SUM, MEAN, LAST = "Luỹ kế", "Trung bình", "Giá trị cuối kỳ"

ULTIMATE = "Nội thất Việt được một triệu gia đình chọn"
PILLARS = (
    "Tăng trưởng có lãi",
    "Khách hàng giới thiệu khách hàng",
    "Nhà máy tinh gọn",
    "Đội ngũ vững nghề",
)
GROW, LOVED, LEAN, CREW = PILLARS

#: Objectives of the company by pillar, with who answers for them.
COMPANY_OBJECTIVES = (
    (GROW, "Dẫn đầu phân khúc nội thất căn hộ", (
        M("Doanh thu toàn công ty", "tỷ ₫", "620", "780"),
        M("Thị phần căn hộ mới bàn giao", "%", "9,5", "12,5"),
        M("Tỷ trọng đơn hàng lặp lại", "%", "22", "30"),
        M("Biên lãi gộp", "%", "27,5", "31"),
    )),
    (GROW, "Đưa sản phẩm sang Nhật và châu Âu", (
        M("Doanh thu xuất khẩu", "tỷ ₫", "85", "140"),
        M("Nhà nhập khẩu ký hợp đồng năm", "đối tác", "6", "14"),
        M("Dòng sản phẩm đạt chứng nhận FSC", "dòng", "3", "9"),
        M("Đơn hàng xuất đúng hẹn", "%", "88", "97"),
    )),
    (LOVED, "Khách hàng hài lòng từ lúc hỏi đến lúc lắp xong", (
        M("Điểm giới thiệu (NPS)", "điểm", "38", "55"),
        M("Lắp đặt xong ngay lần đầu", "%", "81", "93"),
        M("Thời gian từ đặt hàng đến lắp xong", "ngày", "24", "16"),
        M("Khiếu nại trên 100 đơn", "vụ", "7,2", "3,5"),
    )),
    (LEAN, "Nhà máy làm đúng ngay từ đầu", (
        M("Tỷ lệ lỗi công đoạn", "%", "4,8", "2,0"),
        M("Hiệu suất thiết bị tổng thể (OEE)", "%", "61", "72"),
        M("Hao hụt gỗ", "%", "14", "10,5"),
        M("Giờ dừng máy ngoài kế hoạch mỗi tháng", "h", "46", "20"),
    )),
    (LEAN, "Hàng có đúng lúc, vốn không nằm kho", (
        M("Số ngày tồn kho", "ngày", "58", "42"),
        M("Giao hàng đúng hẹn", "%", "86", "96"),
        M("Chi phí giao lắp trên doanh thu", "%", "6,1", "4,9"),
        M("Nhà cung cấp đạt hạng A", "nhà cung cấp", "11", "20"),
    )),
    (CREW, "Người giỏi nghề ở lại và dạy nghề", (
        M("Tỷ lệ nghỉ việc", "%", "18", "11"),
        M("Thợ đạt bậc 5 trở lên", "người", "34", "60"),
        M("Mức độ gắn kết", "điểm", "3,6", "4,2"),
        M("Vị trí chủ chốt có người kế cận", "%", "35", "70"),
    )),
)  # fmt: skip
APARTMENTS, EXPORT, PLEASED, RIGHT, FLOW, STAY = (row[1] for row in COMPANY_OBJECTIVES)

#: KPIs of the company by pillar.
COMPANY_KPIS = (
    (GROW, K("Doanh thu thuần", "tỷ ₫", "65", HIGH, SUM, "")),
    (GROW, K("Lợi nhuận trước thuế", "tỷ ₫", "5,2", HIGH, SUM, "")),
    (GROW, K("Công nợ quá hạn", "%", "6", LOW, LAST, "")),
    (LOVED, K("Hài lòng sau lắp đặt (CSAT)", "%", "90", HIGH, MEAN, "")),
    (LOVED, K("Giao lắp đúng hẹn", "%", "95", HIGH, MEAN, "")),
    (LEAN, K("Tỷ lệ đạt ngay lần đầu", "%", "97", HIGH, MEAN, "")),
    (LEAN, K("Giá trị tồn kho", "tỷ ₫", "74", LOW, LAST, "")),
    (LEAN, K("Chi phí trên doanh thu", "%", "21", LOW, MEAN, "")),
    (CREW, K("Nghỉ việc trong tháng", "%", "1", LOW, MEAN, "")),
    (CREW, K("Giờ đào tạo mỗi người", "h", "4", HIGH, SUM, "")),
)
(REVENUE, PROFIT, OVERDUE, CSAT, ON_TIME, FIRST_TIME, STOCK, COSTS, LEAVING, TRAINING) = (
    kpi.title for _pillar, kpi in COMPANY_KPIS
)

PLANS: dict[str, Plan] = {
    "Phòng Kinh doanh": Plan(
        (
            (APARTMENTS, "Có mặt ở mọi dự án căn hộ lớn", (
                M("Dự án căn hộ có gian mẫu", "dự án", "12", "30"),
                M("Hợp đồng trọn gói căn hộ", "hợp đồng", "180", "320"),
                M("Giá trị bình quân một hợp đồng", "triệu ₫", "96", "118"))),
            (EXPORT, "Mở kênh xuất khẩu bền", (
                M("Đơn hàng thử từ khách mới", "đơn", "4", "18"),
                M("Báo giá trả lời trong 24 giờ", "%", "55", "90"),
                M("Doanh thu từ khách ngoài nước", "tỷ ₫", "18", "34"))),
            (APARTMENTS, "Đại lý bán khỏe và thu tiền nhanh", (
                M("Đại lý đạt doanh số quý", "đại lý", "21", "36"),
                M("Tuổi nợ bình quân", "ngày", "47", "32"),
                M("Đại lý mới khai trương", "đại lý", "0", "9"))),
        ),
        (K("Doanh thu kinh doanh", "tỷ ₫", "62", HIGH, SUM, REVENUE),
         K("Nợ quá hạn của khách hàng", "%", "6", LOW, LAST, OVERDUE),
         K("Tỷ lệ chốt báo giá", "%", "28", HIGH, MEAN, REVENUE),
         K("Khách hàng mới", "khách", "45", HIGH, SUM, REVENUE),
         K("Chi phí bán hàng trên doanh thu", "%", "8", LOW, MEAN, COSTS)),
        (("Mỗi tuần thêm khách thật sự có nhu cầu", (
            M("Khách tiềm năng đã gặp", "khách", "8", "24"),
            M("Báo giá gửi trong ngày", "%", "60", "95"),
            M("Hợp đồng ký mới", "hợp đồng", "2", "7"))),
         ("Giữ khách cũ mua thêm", (
            M("Khách cũ đặt lại", "khách", "3", "10"),
            M("Công nợ thu đúng hạn", "%", "82", "96"),
            M("Ghi chép gặp khách đầy đủ", "%", "40", "100")))),
    ),
    "Nhà máy": Plan(
        (
            (RIGHT, "Giảm lỗi ở từng công đoạn", (
                M("Lỗi trên 1.000 chi tiết", "lỗi", "38", "15"),
                M("Công đoạn có chuẩn thao tác", "công đoạn", "14", "40"),
                M("Hàng làm lại", "%", "5,6", "2,5"))),
            (RIGHT, "Máy chạy đều, không dừng bất ngờ", (
                M("Máy có lịch bảo trì dự phòng", "%", "48", "100"),
                M("Thời gian sửa máy bình quân", "h", "5,5", "2,5"),
                M("Thời gian đổi khuôn", "phút", "52", "25"))),
            (FLOW, "Ra hàng đúng kế hoạch tuần", (
                M("Lệnh sản xuất xong đúng ngày", "%", "79", "95"),
                M("Hàng dở dang trên chuyền", "tỷ ₫", "9,8", "6"),
                M("Năng suất mỗi công", "triệu ₫", "2,1", "2,6"))),
        ),
        (K("Sản phẩm đạt ngay lần đầu ở nhà máy", "%", "97", HIGH, MEAN, FIRST_TIME),
         K("Sản lượng quy đổi", "bộ", "2400", HIGH, SUM, REVENUE),
         K("Tiêu hao gỗ trên định mức", "%", "3", LOW, MEAN, COSTS),
         K("Ngày làm việc không tai nạn", "ngày", "26", HIGH, SUM, FIRST_TIME),
         K("Hàng tồn dở dang", "tỷ ₫", "6", LOW, LAST, STOCK)),
        (("Làm đúng ngay từ đầu", (
            M("Chi tiết phải sửa", "chi tiết", "22", "8"),
            M("Ngày tự kiểm đủ biểu mẫu", "%", "55", "98"),
            M("Đề xuất cải tiến được áp dụng", "đề xuất", "0", "3"))),
         ("Giữ chỗ làm sạch và an toàn", (
            M("Điểm 5S", "điểm", "68", "90"),
            M("Mối nguy đã báo và xử lý", "mối nguy", "1", "6"),
            M("Buổi học nghề đã dự", "buổi", "0", "6")))),
    ),
    "Phòng Chất lượng": Plan(
        (
            (RIGHT, "Bắt lỗi trước khi lỗi đi xa", (
                M("Lỗi phát hiện tại công đoạn", "%", "58", "85"),
                M("Lô trả về từ khách", "lô", "9", "2"),
                M("Tiêu chuẩn có ảnh mẫu", "tiêu chuẩn", "26", "80"))),
            (PLEASED, "Hàng đến tay khách không tỳ vết", (
                M("Bộ hàng kiểm tra đủ 12 bước", "%", "70", "99"),
                M("Khiếu nại trầy xước", "vụ", "31", "10"),
                M("Thời gian kết luận khiếu nại", "ngày", "6", "2"))),
            (EXPORT, "Đạt chuẩn thị trường khó tính", (
                M("Dòng hàng qua thử nghiệm EN", "dòng", "2", "8"),
                M("Lỗi nặng khi khách kiểm hàng", "lỗi", "7", "0"),
                M("Hồ sơ truy xuất đủ", "%", "64", "100"))),
        ),
        (K("Lô đạt ngay lần kiểm đầu", "%", "97", HIGH, MEAN, FIRST_TIME),
         K("Khiếu nại chất lượng", "vụ", "12", LOW, SUM, CSAT),
         K("Phiếu kiểm làm trong ngày", "%", "98", HIGH, MEAN, ON_TIME),
         K("Chi phí hàng hỏng", "triệu ₫", "180", LOW, SUM, COSTS),
         K("Giờ huấn luyện tự kiểm", "h", "60", HIGH, SUM, TRAINING)),
        (("Kiểm nhanh và kiểm đúng", (
            M("Lô kiểm trong ca", "%", "76", "98"),
            M("Lỗi lọt qua kiểm tra", "lỗi", "6", "1"),
            M("Công nhân được hướng dẫn tự kiểm", "người", "4", "20"))),),
    ),
    "Phòng Mua hàng": Plan(
        (
            (FLOW, "Nguồn gỗ chắc và có chứng nhận", (
                M("Gỗ có chứng nhận FSC", "%", "42", "75"),
                M("Nhà cung cấp dự phòng cho vật tư chính", "nhà cung cấp", "5", "14"),
                M("Ngày thiếu vật tư làm dừng chuyền", "ngày", "11", "2"))),
            (FLOW, "Mua tốt hơn cùng nhà cung cấp", (
                M("Giá vốn vật tư so với đầu năm", "%", "100", "94"),
                M("Đơn mua giao đủ và đúng ngày", "%", "77", "94"),
                M("Hợp đồng khung đã ký", "hợp đồng", "8", "22"))),
            (RIGHT, "Vật tư vào kho không lỗi", (
                M("Lô vật tư bị trả", "lô", "17", "5"),
                M("Nhà cung cấp được đánh giá tại chỗ", "nhà cung cấp", "3", "16"),
                M("Mẫu chuẩn đã ký", "mẫu", "24", "70"))),
        ),
        (K("Đơn mua đúng hẹn", "%", "94", HIGH, MEAN, ON_TIME),
         K("Giá trị vật tư tồn", "tỷ ₫", "38", LOW, LAST, STOCK),
         K("Tiết kiệm mua hàng", "triệu ₫", "350", HIGH, SUM, PROFIT),
         K("Lô vật tư đạt", "%", "98", HIGH, MEAN, FIRST_TIME),
         K("Công nợ phải trả quá hạn", "%", "2", LOW, LAST, OVERDUE)),
        (("Đặt đúng, về đúng", (
            M("Đơn mua xác nhận trong ngày", "%", "58", "95"),
            M("Mã vật tư có hai nguồn", "mã", "12", "40"),
            M("Chênh lệch giá đã thương lượng", "triệu ₫", "0", "90"))),),
    ),
    "Phòng Kho vận": Plan(
        (
            (FLOW, "Kho đúng số, lấy đúng hàng", (
                M("Độ chính xác tồn kho", "%", "91", "99"),
                M("Thời gian soạn một đơn", "phút", "48", "25"),
                M("Hàng chậm luân chuyển", "tỷ ₫", "7,4", "3"))),
            (PLEASED, "Giao lắp một lần là xong", (
                M("Đơn giao đúng khung giờ hẹn", "%", "83", "96"),
                M("Đơn phải quay lại", "%", "15", "5"),
                M("Ảnh nghiệm thu có chữ ký khách", "%", "60", "98"))),
            (FLOW, "Mỗi chuyến xe chở đầy", (
                M("Tải trọng sử dụng", "%", "64", "82"),
                M("Chi phí mỗi đơn giao", "nghìn ₫", "410", "330"),
                M("Chuyến ghép tuyến", "chuyến", "35", "120"))),
        ),
        (K("Đơn giao lắp đúng hẹn", "%", "95", HIGH, MEAN, ON_TIME),
         K("Giá trị hàng tồn", "tỷ ₫", "36", LOW, LAST, STOCK),
         K("Chi phí kho vận trên doanh thu", "%", "5", LOW, MEAN, COSTS),
         K("Hàng hỏng khi vận chuyển", "vụ", "6", LOW, SUM, CSAT),
         K("Chênh lệch kiểm kê", "%", "0,5", LOW, LAST, FIRST_TIME)),
        (("Đúng hàng, đúng giờ, đủ ảnh", (
            M("Đơn xử lý đúng hạn", "%", "84", "97"),
            M("Sai sót khi soạn và giao", "lỗi", "9", "2"),
            M("Biên bản nộp trong ngày", "%", "66", "100"))),),
    ),
    "Phòng Marketing": Plan(
        (
            (APARTMENTS, "Người mua căn hộ nghĩ đến Mộc An đầu tiên", (
                M("Nhận biết thương hiệu không gợi ý", "%", "14", "22"),
                M("Khách hỏi từ kênh trực tuyến", "khách", "1150", "2400"),
                M("Chi phí cho một khách hỏi", "nghìn ₫", "185", "120"))),
            (PLEASED, "Cửa hàng là nơi khách muốn ở lại", (
                M("Lượt khách ghé mỗi tháng", "lượt", "3400", "5200"),
                M("Khách ghé để lại thông tin", "%", "17", "35"),
                M("Đánh giá cửa hàng trên bản đồ", "điểm", "4,1", "4,7"))),
            (EXPORT, "Giới thiệu nội thất Việt ra thế giới", (
                M("Lượt xem thư viện mẫu tiếng Anh", "lượt", "2000", "15000"),
                M("Hội chợ quốc tế có gian hàng", "hội chợ", "0", "2"),
                M("Liên hệ của nhà nhập khẩu", "liên hệ", "12", "60"))),
        ),
        (K("Doanh thu từ khách do marketing mang về", "tỷ ₫", "19", HIGH, SUM, REVENUE),
         K("Khách hỏi đủ điều kiện", "khách", "800", HIGH, SUM, REVENUE),
         K("Chi phí marketing trên doanh thu", "%", "4", LOW, MEAN, COSTS),
         K("Hài lòng tại cửa hàng", "%", "92", HIGH, MEAN, CSAT),
         K("Nội dung xuất bản đúng lịch", "%", "95", HIGH, MEAN, ON_TIME)),
        (("Nội dung khách muốn xem và lưu lại", (
            M("Bài và video xuất bản", "bài", "6", "24"),
            M("Tỷ lệ tương tác", "%", "1,8", "3,5"),
            M("Khách hỏi ghi nhận được", "khách", "40", "130"))),),
    ),
    "Phòng Thiết kế": Plan(
        (
            (APARTMENTS, "Bộ sưu tập cho căn hộ nhỏ", (
                M("Mẫu mới ra thị trường", "mẫu", "4", "16"),
                M("Doanh thu từ mẫu dưới 12 tháng", "%", "11", "25"),
                M("Chi tiết dùng chung giữa các mẫu", "%", "28", "50"))),
            (PLEASED, "Bản vẽ khách duyệt ngay", (
                M("Bản vẽ duyệt trong hai vòng", "%", "46", "80"),
                M("Thời gian ra bản vẽ đầu", "ngày", "6", "3"),
                M("Sai khác giữa bản vẽ và lắp đặt", "lỗi", "14", "4"))),
            (RIGHT, "Thiết kế dễ làm, ít hao gỗ", (
                M("Tỷ lệ tận dụng tấm", "%", "81", "89"),
                M("Bản vẽ sản xuất bị hỏi lại", "%", "19", "6"),
                M("Mẫu có định mức chuẩn", "mẫu", "40", "110"))),
        ),
        (K("Bản vẽ giao đúng hẹn", "%", "95", HIGH, MEAN, ON_TIME),
         K("Doanh thu mẫu mới", "tỷ ₫", "9", HIGH, SUM, REVENUE),
         K("Lỗi bản vẽ", "lỗi", "10", LOW, SUM, FIRST_TIME),
         K("Khách hài lòng với tư vấn", "%", "93", HIGH, MEAN, CSAT),
         K("Chi phí làm mẫu", "triệu ₫", "120", LOW, SUM, COSTS)),
        (("Vẽ nhanh, đúng và làm được", (
            M("Bản vẽ hoàn thành", "bản", "9", "26"),
            M("Bản vẽ không phải sửa", "%", "52", "85"),
            M("Góp ý của xưởng đã xử lý", "%", "60", "100"))),),
    ),
    "Phòng Chăm sóc khách hàng": Plan(
        (
            (PLEASED, "Mọi cuộc gọi đều được giải quyết", (
                M("Cuộc gọi nhỡ", "%", "12", "3"),
                M("Giải quyết ngay lần gọi đầu", "%", "62", "82"),
                M("Thời gian trả lời tin nhắn", "phút", "38", "10"))),
            (PLEASED, "Bảo hành nhanh hơn lời hứa", (
                M("Ca bảo hành xong trong 72 giờ", "%", "54", "90"),
                M("Ca phải đến lần hai", "%", "27", "8"),
                M("Linh kiện có sẵn", "%", "70", "95"))),
            (APARTMENTS, "Khách cũ giới thiệu khách mới", (
                M("Khách đến từ giới thiệu", "khách", "60", "180"),
                M("Gọi thăm sau 30 ngày", "%", "20", "95"),
                M("Đánh giá 5 sao", "đánh giá", "140", "420"))),
        ),
        (K("Hài lòng sau mỗi lần phục vụ", "%", "92", HIGH, MEAN, CSAT),
         K("Ca bảo hành đúng hẹn", "%", "95", HIGH, MEAN, ON_TIME),
         K("Doanh thu dịch vụ", "tỷ ₫", "1,2", HIGH, SUM, REVENUE),
         K("Chi phí bảo hành", "triệu ₫", "210", LOW, SUM, COSTS),
         K("Khiếu nại quá hạn", "vụ", "2", LOW, LAST, CSAT)),
        (("Phục vụ trọn vẹn từng khách", (
            M("Khách được gọi thăm", "khách", "30", "120"),
            M("Điểm chất lượng cuộc gọi", "điểm", "7,4", "9"),
            M("Ca đóng đúng hạn", "%", "78", "97"))),),
    ),
    "Phòng Nhân sự": Plan(
        (
            (STAY, "Thợ giỏi muốn ở lại", (
                M("Thợ nghỉ trong 6 tháng đầu", "%", "31", "15"),
                M("Quản lý có đối thoại hằng tháng", "%", "25", "90"),
                M("Chính sách bậc thợ đã áp dụng", "xưởng", "1", "5"))),
            (STAY, "Tuyển đúng người, đủ sớm", (
                M("Thời gian tuyển một vị trí", "ngày", "49", "30"),
                M("Ứng viên do nhân viên giới thiệu", "%", "12", "30"),
                M("Người mới đạt thử việc", "%", "74", "90"))),
            (RIGHT, "Dạy nghề tại xưởng", (
                M("Thợ kèm thợ có chứng nhận", "người", "6", "24"),
                M("Bài học nghề bằng video", "bài", "5", "45"),
                M("Thợ nâng bậc", "người", "9", "28"))),
        ),
        (K("Tỷ lệ nghỉ việc toàn công ty", "%", "1", LOW, MEAN, LEAVING),
         K("Giờ học mỗi người", "h", "4", HIGH, SUM, TRAINING),
         K("Vị trí tuyển đúng hạn", "%", "85", HIGH, MEAN, ON_TIME),
         K("Chi phí tuyển dụng", "triệu ₫", "60", LOW, SUM, COSTS),
         K("Hài lòng của quản lý về người mới", "%", "88", HIGH, MEAN, CSAT)),
        (("Giúp từng người làm tốt việc của mình", (
            M("Buổi đối thoại đã tổ chức", "buổi", "4", "18"),
            M("Hồ sơ nhân sự đủ", "%", "72", "100"),
            M("Yêu cầu xử lý trong 2 ngày", "%", "61", "95"))),),
    ),
    "Phòng Tài chính kế toán": Plan(
        (
            (APARTMENTS, "Biết lãi lỗ từng đơn hàng", (
                M("Đơn hàng có giá thành trong 3 ngày", "%", "20", "90"),
                M("Ngày khóa sổ tháng", "ngày", "12", "5"),
                M("Báo cáo quản trị tự động", "báo cáo", "2", "14"))),
            (FLOW, "Dòng tiền khỏe", (
                M("Chu kỳ tiền mặt", "ngày", "71", "52"),
                M("Dự báo dòng tiền sai lệch", "%", "22", "8"),
                M("Hạn mức tín dụng chưa dùng", "tỷ ₫", "18", "40"))),
            (RIGHT, "Chi phí có người chịu trách nhiệm", (
                M("Khoản chi có ngân sách", "%", "63", "98"),
                M("Chi phí vượt ngân sách", "%", "9", "2"),
                M("Ý tưởng tiết kiệm đã làm", "ý tưởng", "3", "20"))),
        ),
        (K("Lợi nhuận so với ngân sách", "%", "100", HIGH, MEAN, PROFIT),
         K("Nợ quá hạn toàn công ty", "%", "6", LOW, LAST, OVERDUE),
         K("Báo cáo nộp đúng hạn", "%", "100", HIGH, MEAN, ON_TIME),
         K("Chi phí quản lý trên doanh thu", "%", "5", LOW, MEAN, COSTS),
         K("Bút toán phải sửa", "bút toán", "15", LOW, SUM, FIRST_TIME)),
        (("Số liệu đúng và sớm", (
            M("Chứng từ xử lý trong ngày", "%", "68", "96"),
            M("Sai sót bị trả lại", "lỗi", "11", "3"),
            M("Bảng tính được tự động hóa", "bảng", "0", "4"))),),
    ),
    "Phòng Công nghệ thông tin": Plan(
        (
            (FLOW, "Một số liệu cho mọi phòng", (
                M("Quy trình chạy trên ERP", "quy trình", "9", "24"),
                M("Dữ liệu nhập tay lại", "%", "35", "8"),
                M("Người dùng ERP mỗi tuần", "người", "70", "170"))),
            (PLEASED, "Khách tự xem tiến độ đơn hàng", (
                M("Đơn có trang theo dõi", "%", "0", "80"),
                M("Khách mở trang theo dõi", "%", "0", "60"),
                M("Cuộc gọi hỏi tiến độ", "cuộc", "420", "150"))),
            (RIGHT, "Hệ thống không ngừng khi xưởng chạy", (
                M("Thời gian hệ thống sẵn sàng", "%", "98,2", "99,7"),
                M("Thời gian khôi phục bình quân", "phút", "95", "30"),
                M("Sao lưu đã thử khôi phục", "lần", "0", "4"))),
        ),
        (K("Yêu cầu xử lý đúng hẹn", "%", "95", HIGH, MEAN, ON_TIME),
         K("Hệ thống sẵn sàng", "%", "99,5", HIGH, MEAN, FIRST_TIME),
         K("Chi phí công nghệ trên doanh thu", "%", "1,5", LOW, MEAN, COSTS),
         K("Người dùng hài lòng", "%", "90", HIGH, MEAN, CSAT),
         K("Giờ hướng dẫn người dùng", "h", "20", HIGH, SUM, TRAINING)),
        (("Người dùng không phải chờ", (
            M("Yêu cầu đóng trong ngày", "%", "57", "88"),
            M("Sự cố lặp lại", "sự cố", "8", "2"),
            M("Bài hướng dẫn đã viết", "bài", "1", "10"))),),
    ),
}  # fmt: skip
