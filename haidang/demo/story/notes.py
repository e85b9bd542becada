"""What people write when they check in: one line, or the long form now and then."""

from __future__ import annotations

GOOD = [
    "Tuần này vượt kế hoạch, giữ nhịp như hiện tại.",
    "Nhờ chốt sớm với đối tác nên đi trước lịch vài ngày.",
    "Cả nhóm vào guồng, số liệu tăng đều ba tuần liền.",
    "Cách làm mới cho kết quả rõ, sẽ nhân rộng tuần sau.",
    "Đã gỡ được nút thắt lớn nhất, phần còn lại là làm đều tay.",
    "Kết quả tốt hơn dự kiến, đang kiểm tra lại để chắc số liệu đúng.",
    "Phối hợp với phòng bạn rất trơn tru, không phát sinh việc chờ.",
    "Giữ được tiến độ dù thiếu một người nghỉ phép.",
    "Số tuần này đã đối chiếu với kế toán, khớp.",
    "Khách phản hồi tích cực, dự kiến đạt trước hạn.",
    "Hoàn thành phần việc khó nhất của quý.",
    "Đúng kế hoạch, không có gì phải hỗ trợ thêm.",
    "Thử ở một khu vực trước, kết quả đủ tốt để làm tiếp.",
    "Tuần ngắn ngày nhưng vẫn giữ được nhịp.",
    "Đã bù được phần hụt của tháng trước.",
]
FAIR = [
    "Chậm hơn kế hoạch một chút, tuần sau dồn lực vào phần còn thiếu.",
    "Đang chờ phản hồi của đối tác, dự kiến có vào thứ Tư.",
    "Số liệu tăng nhưng chưa đủ nhanh, cần thêm một người hỗ trợ.",
    "Mất hai ngày vì việc gấp ngoài kế hoạch.",
    "Làm được phần dễ, phần khó chuyển sang tuần tới.",
    "Đã thống nhất lại cách đo, số tuần này thấp hơn nhưng đúng hơn.",
    "Cần quản lý giúp ưu tiên lại hai việc đang trùng lịch.",
    "Khách hẹn lại lịch hai lần, đang tìm cách khác.",
    "Nguồn lực bị chia cho mùa cao điểm, tiến độ giữ ở mức vừa phải.",
    "Chất lượng đạt nhưng số lượng còn thiếu.",
    "Có tiến triển, song còn phụ thuộc vào bước của phòng bạn.",
    "Tuần này chỉ duy trì, tuần sau mới có bước tiến.",
    "Dữ liệu về trễ một ngày nên con số là tạm tính.",
    "Đã đổi cách tiếp cận sau khi xem lại nguyên nhân.",
]
POOR = [
    "Gần như không nhúc nhích, cần họp để gỡ.",
    "Thiếu người nên phần này bị dừng, đã báo quản lý.",
    "Đối tác đổi ý, phải làm lại từ đầu một phần.",
    "Chi phí vượt dự toán, đang xin ý kiến điều chỉnh.",
    "Kết quả thấp hơn tuần trước, đang tìm nguyên nhân.",
    "Phụ thuộc vào bước trước chưa xong, khó đạt nếu không đổi thứ tự.",
    "Cách làm cũ không hiệu quả, tuần sau thử cách khác.",
    "Hàng về trễ khiến kế hoạch lùi hai tuần.",
    "Đang mất khách nhanh hơn tốc độ tìm khách mới.",
    "Chưa có số đáng kể, đề nghị xem lại chỉ tiêu.",
    "Máy dừng ba ngày vì thiếu phụ tùng.",
    "Cần quyết định của Ban Tổng giám đốc mới đi tiếp được.",
]
MONTHLY = [
    "Số chốt tháng, đã đối chiếu.",
    "Chốt số theo báo cáo cuối tháng.",
    "Số cuối kỳ, khớp với sổ kế toán.",
    "Đã rà lại với các bộ phận liên quan trước khi chốt.",
    "Số chính thức của kỳ, lấy từ hệ thống.",
]
RUNNING = [
    "Số tạm tính giữa tháng.",
    "Cập nhật giữa tháng, còn hai đơn lớn chờ xác nhận.",
    "Số đến hôm nay, chưa gồm đơn đang giữ.",
]
OPENING = "Đơn hàng tháng ghi nhận tự động từ hệ thống đặt hàng."

#: The long form: (achieved, late, obstacle, cause, remedy, next_step).
LONG = [
    ("Chốt xong phần chuẩn bị, đủ hồ sơ để trình.", "Bước thử nghiệm trễ bốn ngày.",
     "Thiếu thiết bị đo.", "Đặt mua trễ vì chờ duyệt ngân sách.",
     "Mượn tạm thiết bị của phòng bạn.", "Thử nghiệm vào thứ Ba, báo kết quả thứ Sáu."),
    ("Đạt hai phần ba số lượng của tháng.", "Khu vực phía xa chưa làm.",
     "Đi lại mất nửa ngày mỗi điểm.", "Tuyến chưa được sắp theo địa bàn mới.",
     "Gom các điểm gần nhau vào một ngày.", "Vẽ lại tuyến trước thứ Hai."),
    ("Đã đào tạo xong nhóm đầu tiên.", "Nhóm thứ hai dời lịch.",
     "Trùng với tuần kiểm kê.", "Lên lịch mà chưa hỏi các bộ phận.",
     "Tách thành hai buổi ngắn.", "Chốt lịch với từng trưởng bộ phận."),
    ("Tỷ lệ lỗi giảm tuần thứ ba liên tiếp.", "Chưa xử lý xong lỗi cũ.",
     "Lỗi cũ nằm ở dữ liệu nhập từ năm trước.", "Không có người chịu trách nhiệm dữ liệu.",
     "Giao mỗi nhóm dữ liệu cho một người.", "Gửi danh sách phân công trong hôm nay."),
    ("Khách lớn đồng ý gia hạn.", "Hai khách nhỏ chưa trả lời.",
     "Khách chờ chính sách giá mới.", "Chính sách giá chưa được duyệt.",
     "Xin ý kiến về mức giá tạm thời.", "Gặp trực tiếp hai khách vào tuần sau."),
    ("Hoàn thành bản mẫu đầu tiên.", "Bản thứ hai chậm một tuần.",
     "Nhà cung cấp giao sai quy cách.", "Bản vẽ gửi đi chưa ghi dung sai.",
     "Gửi lại bản vẽ và kiểm tra mẫu đầu.", "Nhận mẫu sửa trước thứ Năm."),
]  # fmt: skip
LONG_FIELDS = ("achieved", "late", "obstacle", "cause", "remedy", "next_step")
