"""Công nghệ thông tin, Nhân sự and Tài chính, quarter by quarter."""

# One line a key result: laid out by hand.
# fmt: off

from __future__ import annotations

from haidang.demo.story.shapes import Catalogue, aim, done, grow, least, most, steps, up

IT: Catalogue = {
    (2025, 1): [
        aim(
            "secure", "systems.lead", "Sao lưu nào cũng khôi phục được",
            up("Hệ thống trọng yếu đã diễn tập khôi phục", "hệ thống", 1, 6),
            most("Thời gian khôi phục khi diễn tập", "giờ", 6),
        ),
        aim(
            "support", "it.head", "Phiếu hỗ trợ không nằm qua đêm",
            up("Phiếu hỗ trợ xử lý trong ngày", "%", 61, 80),
            least("Người dùng chấm từ 4/5", "%", 85),
        ),
    ],
    (2025, 2): [
        aim(
            "apps", "apps.mobile", "Nhà phân phối đặt hàng trên điện thoại",
            up("Nhà phân phối đặt hàng qua ứng dụng", "NPP", 0, 35),
            up("Đơn hàng phải nhập lại bằng tay", "%", 100, 45),
            why="Ba nhân viên mất cả buổi sáng để gõ lại đơn gửi qua Zalo.",
        ),
        aim(
            "secure", "systems.safe", "Không ai còn dùng chung mật khẩu",
            least("Tài khoản bật xác thực hai lớp", "%", 98),
            up("Tài khoản dùng chung", "tài khoản", 64, 0),
        ),
    ],
    (2025, 3): [
        aim(
            "data", "apps.data", "Một con số doanh thu cho cả công ty",
            up("Báo cáo lấy từ kho dữ liệu chung", "báo cáo", 2, 18),
            most("Chênh lệch doanh thu giữa ba nguồn", "%", 1),
            why="Kinh doanh, Kế toán và Kho mỗi nơi một con số.",
        ),
        aim(
            "plant", "systems.net", "Mạng nhà máy không rớt giữa ca",
            up("Phút mất mạng mỗi tháng tại nhà máy", "phút", 310, 60),
            steps("Thay cáp quang bốn khu", "Xưởng Nước mắm", "Xưởng Gia vị", "Kho Long An",
                  "Văn phòng"),
        ),
    ],
    (2025, 4): [
        # E7 stands here too.
        aim(
            "support", "systems.admin", "Máy mới sẵn sàng trước ngày nhận việc",
            least("Nhân viên mới có máy và tài khoản ngày đầu", "%", 100),
            up("Thời gian cấp quyền", "giờ", 30, 6, decimals=0),
        ),
        aim(
            "secure", "systems.safe", "Nhận ra thư lừa đảo",
            up("Nhân viên bấm vào thư thử nghiệm", "%", 27, 8),
            up("Thư lừa đảo được báo cáo", "%", 11, 50),
        ),
    ],
    (2026, 1): [
        aim(
            "data", "apps.erp", "Chốt sổ kho trong một ngày",
            up("Thời gian chốt sổ kho cuối tháng", "giờ", 72, 20, decimals=0),
            up("Bút toán điều chỉnh sau chốt", "bút toán", 140, 30),
        ),
        aim(
            "apps", "apps.lead", "Chọn CRM cùng người sẽ dùng nó",
            steps("Chọn nhà cung cấp", "Yêu cầu nghiệp vụ", "Dùng thử", "Chấm thầu", "Ký hợp đồng"),
            least("Người dùng thử đồng ý với lựa chọn", "%", 75),
            why="Phần mềm lần trước do riêng phòng CNTT chọn và không ai dùng.",
        ),
    ],
    (2026, 2): [
        aim(
            "apps", "apps.crm", "Làm sạch dữ liệu khách trước khi lên CRM",
            up("Khách hàng có mã số thuế hoặc số điện thoại đúng", "%", 54, 95),
            up("Bản ghi trùng", "bản ghi", 5200, 400),
        ),
        aim(
            "plant", "systems.lead", "Phòng máy chủ chịu được mất điện cả ngày",
            up("Thời gian chạy bằng nguồn dự phòng", "giờ", 2, 10, decimals=0),
            done("Diễn tập mất điện toàn phần"),
        ),
    ],
    (2026, 3): [
        # E3 begins here (story/examples.py).
        aim(
            "secure", "systems.safe", "Dữ liệu cá nhân có chủ và có hạn",
            steps("Rà soát theo Luật Bảo vệ dữ liệu cá nhân", "Kiểm kê dữ liệu", "Sự đồng ý",
                  "Thời hạn lưu", "Quy trình yêu cầu"),
            up("Hệ thống có nhật ký truy cập", "hệ thống", 3, 12),
        ),
        aim(
            "data", "apps.data", "Dự báo bán hàng chạy hằng đêm",
            up("Mã hàng có dự báo tự động", "mã", 0, 120),
            up("Giờ làm báo cáo thủ công mỗi tuần", "giờ", 26, 8, decimals=0),
            why="Cung ứng và Sản xuất chờ bảng tính của một người.",
        ),
    ],
    (2026, 4): [
        aim(
            "apps", "apps.mobile", "Ứng dụng đặt hàng chạy được khi mất sóng",
            up("Đơn gửi thành công khi sóng yếu", "%", 72, 98),
            up("Lỗi treo ứng dụng trên nghìn phiên", "lỗi", 14, 3),
        ),
        aim(
            "support", "it.head", "Người dùng tự giải quyết việc nhỏ",
            up("Yêu cầu được tự phục vụ", "%", 9, 40),
            up("Phiếu hỗ trợ mỗi người mỗi tháng", "phiếu", 1.9, 1.1, decimals=1),
        ),
        aim(
            "secure", "systems.lead", "Vượt qua cuộc tấn công giả lập",
            up("Lỗ hổng nghiêm trọng còn mở", "lỗ hổng", 13, 0),
            up("Thời gian phát hiện xâm nhập giả lập", "giờ", 40, 4, decimals=0),
            aspirational=True,
        ),
    ],
}

HR: Catalogue = {
    (2025, 1): [
        aim(
            "hire", "hr.hire", "Mở lớp nguồn cho nhân viên kinh doanh",
            up("Ứng viên hoàn thành lớp nguồn", "người", 0, 20),
            least("Học viên được nhận việc", "%", 60),
        ),
        aim(
            "pay", "hr.pay", "Phiếu lương ai cũng đọc hiểu",
            up("Câu hỏi về phiếu lương mỗi tháng", "câu hỏi", 65, 25),
            done("Ban hành mẫu phiếu lương mới"),
        ),
    ],
    (2025, 2): [
        # E8 stands here too.
        aim(
            "plant", "hr.plant", "Công nhân mới ở lại qua tháng thứ ba",
            up("Công nhân mới nghỉ trong 90 ngày", "%", 34, 20),
            up("Công nhân mới có người kèm", "%", 15, 90),
            why="Cứ ba công nhân mới thì một người nghỉ trước khi quen việc.",
        ),
    ],
    (2025, 3): [
        aim(
            "hire", "hr.hire", "Tuyển đúng người trong ba mươi ngày",
            up("Thời gian tuyển một vị trí", "ngày", 47, 30),
            least("Quản lý hài lòng với người mới sau 60 ngày", "%", 85),
        ),
        aim(
            "learn", "hr.learn", "Quản lý nào cũng biết trò chuyện 1:1",
            up("Quản lý có 1:1 hai tuần một lần", "%", 20, 75),
            least("Nhân viên thấy 1:1 có ích, theo khảo sát", "%", 80),
        ),
    ],
    (2025, 4): [
        aim(
            "pay", "hr.pay", "Thang lương công bằng và công khai",
            steps("Hoàn tất thang lương mới", "Định giá công việc", "Khảo sát thị trường",
                  "Tham vấn công đoàn", "Ban hành"),
            up("Vị trí trả dưới mức thị trường", "%", 38, 15),
        ),
        aim(
            "learn", "hr.head", "Sẵn người kế thừa cho vị trí then chốt",
            up("Vị trí then chốt có người kế thừa", "vị trí", 3, 12),
            least("Người kế thừa có kế hoạch phát triển", "%", 90),
            strategic=True,
        ),
    ],
    (2026, 1): [
        aim(
            "plant", "hr.plant", "Nhà máy là nơi đáng gửi người thân vào làm",
            up("Công nhân được người quen giới thiệu", "%", 18, 40),
            up("Ngày nghỉ ốm bình quân", "ngày", 2.6, 1.8),
        ),
        aim(
            "learn", "hr.learn", "Học trên việc thật",
            up("Dự án học tập có kết quả đo được", "dự án", 0, 8),
            up("Giờ học bình quân mỗi nhân viên", "giờ", 4, 12),
        ),
    ],
    (2026, 2): [
        aim(
            "hire", "hr.hire", "Giảm phụ thuộc vào công ty săn đầu người",
            up("Vị trí tuyển qua giới thiệu nội bộ", "%", 14, 35),
            grow("Chi phí tuyển một nhân viên kinh doanh", "triệu ₫", 11.5, "-0.25"),
        ),
        aim(
            "pay", "hr.pay", "Chấm công không còn tranh cãi",
            up("Khiếu nại chấm công mỗi tháng", "vụ", 48, 10),
            least("Dữ liệu công khớp máy và quản lý", "%", 98),
        ),
    ],
    (2026, 3): [
        aim(
            "learn", "hr.learn", "Bán hàng giỏi dạy bán hàng mới",
            up("Huấn luyện viên nội bộ được chứng nhận", "người", 2, 12),
            grow("Doanh số của học viên sau khóa học", "triệu ₫", 310, "0.12"),
        ),
        aim(
            "plant", "hr.plant", "Bữa ăn ca đủ chất, đúng giờ",
            up("Công nhân hài lòng với bữa ăn, theo khảo sát", "%", 58, 80),
            most("Suất ăn trễ giờ", "%", 2),
        ),
    ],
    (2026, 4): [
        aim(
            "learn", "hr.head", "Đánh giá cuối năm không có bất ngờ",
            up("Nhân viên có phản hồi ghi lại mỗi quý", "%", 46, 90),
            least("Quản lý qua lớp đánh giá công tâm", "%", 95),
            why="Người bị xếp loại thấp năm trước nói rằng đó là lần đầu họ được nghe.",
        ),
        aim(
            "hire", "hr.hire", "Đủ người cho mùa cao điểm trước một tháng",
            up("Vị trí thời vụ đã có người", "vị trí", 0, 60),
            most("Người thời vụ bỏ việc giữa mùa", "%", 10),
        ),
    ],
}

FINANCE: Catalogue = {
    (2025, 1): [
        aim(
            "close", "finance.head", "Khóa sổ tháng trong năm ngày",
            up("Số ngày khóa sổ", "ngày", 9, 5),
            up("Bút toán sửa sau khóa sổ", "bút toán", 42, 20),
        ),
        aim(
            "debt", "finance.debt", "Đối chiếu công nợ với mọi nhà phân phối",
            least("Nhà phân phối xác nhận công nợ bằng văn bản", "%", 95),
            up("Chênh lệch công nợ chưa rõ", "triệu ₫", 640, 100),
        ),
    ],
    (2025, 2): [
        aim(
            "cost", "finance.cost", "Biết giá thành từng mã hàng",
            up("Mã hàng có giá thành thực tế", "mã", 25, 110),
            most("Sai lệch giá thành so với định mức", "%", 5),
            why="Mười hai mã hàng bán chạy nhất có thể đang lỗ mà không ai biết.",
        ),
        aim(
            "plan", "finance.plan", "Ngân sách do người chi tiền tự lập",
            up("Phòng ban tự lập ngân sách", "phòng", 1, 8),
            most("Chi vượt ngân sách không giải trình", "khoản", 3),
        ),
    ],
    (2025, 3): [
        aim(
            "debt", "finance.debt", "Tuổi nợ trẻ lại",
            up("Nợ quá hạn trên tổng phải thu", "%", 9.5, 6.5),
            least("Khách lớn có bảo lãnh thanh toán", "%", 60),
        ),
        aim(
            "close", "finance.plan", "Báo cáo quản trị đến tay trước ngày tám",
            up("Ngày gửi báo cáo quản trị", "ngày", 15, 8),
            least("Trưởng phòng thấy báo cáo dùng được", "%", 85),
        ),
    ],
    (2025, 4): [
        aim(
            "cost", "finance.cost", "Cắt ba khoản chi không sinh lợi",
            steps("Rà soát ba nhóm chi phí", "Thuê kho ngoài", "Khuyến mãi chồng", "Vận tải rỗng"),
            up("Chi phí quản lý trên doanh thu", "%", 8.1, 7.2),
        ),
        aim(
            "plan", "finance.head", "Vay rẻ hơn nhờ sổ sách sạch",
            up("Lãi suất vay bình quân", "%", 8.6, 7.4),
            done("Báo cáo tài chính được kiểm toán chấp nhận toàn phần"),
        ),
    ],
    (2026, 1): [
        aim(
            "close", "finance.head", "Hóa đơn điện tử không sai sót",
            up("Hóa đơn phải điều chỉnh", "hóa đơn", 120, 30),
            least("Hóa đơn xuất cùng ngày giao hàng", "%", 98),
        ),
        aim(
            "cost", "finance.cost", "Lãi gộp theo từng kênh bán",
            up("Doanh thu phân bổ được chi phí theo kênh", "%", 40, 95),
            up("Mã hàng bán lỗ", "mã", 14, 5),
        ),
    ],
    (2026, 2): [
        aim(
            "debt", "finance.debt", "Chiết khấu để khách trả sớm",
            up("Doanh thu thanh toán trước hạn", "%", 12, 30),
            most("Chi phí chiết khấu trên doanh thu", "%", 1),
        ),
        aim(
            "plan", "finance.plan", "Dự báo dòng tiền mười ba tuần",
            up("Sai lệch dự báo dòng tiền tuần", "%", 22, 8),
            up("Tuần được dự báo trước", "tuần", 4, 13),
        ),
    ],
    (2026, 3): [
        aim(
            "debt", "finance.head", "Đưa nợ quá hạn về mức an toàn",
            up("Nợ quá hạn đã thu hồi", "triệu ₫", 0, 4000, ends_at=0.95),
            up("Hồ sơ nợ khó đòi đã xử lý", "hồ sơ", 0, 40, ends_at=0.95),
            key="not.reached", open=False,
            why="Cam kết với ngân hàng: nợ quá hạn dưới năm phần trăm.",
        ),
        aim(
            "close", "finance.cost", "Kiểm kê và sổ sách gặp nhau",
            up("Chênh lệch kiểm kê nguyên liệu", "%", 2.4, 0.8),
            least("Phiếu nhập có đủ ba chữ ký điện tử", "%", 97),
        ),
    ],
    (2026, 4): [
        aim(
            "plan", "finance.plan", "Kế hoạch năm tới xong trước kỳ nghỉ",
            steps("Chốt kế hoạch năm tới", "Giả định", "Doanh thu", "Chi phí", "Đầu tư",
                  "Phê duyệt"),
            least("Trưởng phòng bảo vệ kế hoạch ngay lần đầu", "%", 75),
        ),
        aim(
            "debt", "finance.debt", "Nhà phân phối tự xem công nợ của mình",
            up("Nhà phân phối dùng cổng công nợ", "NPP", 0, 70),
            up("Cuộc gọi hỏi công nợ mỗi tuần", "cuộc", 95, 30),
            why="Kế toán công nợ nghe điện thoại nhiều hơn đối chiếu.",
        ),
    ],
}
