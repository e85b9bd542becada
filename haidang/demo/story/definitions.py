"""How the numbers of the company's KPIs are worked out, where they come from, and by when."""

from __future__ import annotations

from typing import Any

_DEFINITIONS: dict[str, tuple[str, str, int]] = {
    "kpi.revenue": (
        "Doanh thu thuần ghi nhận trong tháng, chưa VAT, trừ chiết khấu và hàng trả lại; cộng từ "
        "các khu vực.",
        "Hệ thống đặt hàng của nhà phân phối, đối chiếu sổ 511 và 521",
        7,
    ),
    # Its October is still to come: it is told under what needs attention.
    "kpi.revenue.binhduong": (
        "Giá trị đơn hàng đã giao cho các nhà phân phối tại Bình Dương trong tháng, chưa VAT.",
        "Bảng tổng hợp đơn hàng của nhà phân phối, nhập tay",
        7,
    ),
    "kpi.margin": (
        "(Doanh thu thuần − giá vốn hàng bán) ÷ doanh thu thuần trong tháng × 100.",
        "Phần mềm kế toán: tài khoản 511, 521, 632",
        10,
    ),
    "kpi.overdue": (
        "Dư nợ phải thu quá hạn cuối tháng ÷ tổng dư nợ phải thu cuối tháng × 100.",
        "Phần mềm kế toán: báo cáo tuổi nợ, tài khoản 131",
        10,
    ),
    "kpi.distributors": (
        "Số nhà phân phối có hợp đồng và đơn hàng đầu tiên đã giao trong quý.",
        "CRM, mục nhà phân phối",
        10,
    ),
    "kpi.share": (
        "Doanh số của công ty ÷ doanh số toàn ngành gia vị tại phía Nam trong quý × 100.",
        "Báo cáo kiểm toán bán lẻ hằng quý",
        20,
    ),
    "kpi.csat": (
        "Số người trả lời hài lòng và rất hài lòng ÷ tổng số người trả lời × 100.",
        "Khảo sát quý trên 600 khách hàng",
        10,
    ),
    "kpi.response": (
        "Tổng số giờ từ khi khách gửi yêu cầu đến khi được trả lời ÷ số yêu cầu đã trả lời.",
        "Phần mềm tổng đài và hộp thư chăm sóc khách hàng",
        10,
    ),
    "kpi.complaints": (
        "Số giao dịch có khiếu nại ÷ tổng số giao dịch trong tháng × 100.",
        "Sổ khiếu nại, hệ thống đặt hàng",
        10,
    ),
    "kpi.ontime": (
        "Số đơn giao đúng ngày hẹn và đủ hàng ÷ số đơn đến hạn giao trong tháng × 100.",
        "Phần mềm kho: ngày hẹn, ngày giao",
        10,
    ),
    "kpi.defects": (
        "Số sản phẩm lỗi ÷ số triệu sản phẩm đã kiểm trong tháng.",
        "Phiếu kiểm tra cuối chuyền",
        10,
    ),
    "kpi.stock": (
        "Giá trị tồn kho thành phẩm bình quân ÷ giá vốn hàng bán bình quân một ngày.",
        "Phần mềm kho, tài khoản 155 và 632",
        10,
    ),
    "kpi.accidents": (
        "Đạt khi không có tai nạn làm mất từ một ngày công trở lên trong tháng.",
        "Sổ theo dõi tai nạn lao động",
        10,
    ),
    "kpi.turnover": (
        "Số người nghỉ trong 12 tháng gần nhất ÷ số lao động bình quân × 100.",
        "Phần mềm nhân sự",
        10,
    ),
    "kpi.uptime": (
        "Số phút hoạt động ÷ số phút phục vụ cam kết trong tháng × 100.",
        "Công cụ giám sát hệ thống",
        10,
    ),
    "kpi.hiring": (
        "Chi phí đăng tuyển, giới thiệu và phỏng vấn ÷ số vị trí tuyển xong trong tháng.",
        "Phần mềm kế toán, bảng theo dõi tuyển dụng",
        10,
    ),
}


def definition_of(key: str) -> dict[str, Any]:
    """What a KPI says of its measure; of most areas and persons nothing."""
    if key not in _DEFINITIONS:
        return {}
    formula, source, days = _DEFINITIONS[key]
    return {"formula": formula, "source": source, "freshness_days": days}
