"""The figures in a text: numbers with what they count, so that *34 UAV* is not taken for *43 UAV*."""

from __future__ import annotations

import regex

_FIGURE = regex.compile(
    r"(?<![\w.,/-])(\d{1,15}(?:[.,/:-]\d{1,15})*)(?:\s*(nghìn|ngàn|triệu|tỷ|tỉ)(?:\s+(tỷ|tỉ))?\b)?|(?<=\w)(\d{1,15})(?!\w)",
    regex.IGNORECASE,
)
_TIMES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_THOUSANDS = regex.compile(r"\d{1,3}(?:\.\d{3})+")
_DATE = regex.compile(r"(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?")
_RANGE = regex.compile(r"(\d+)-(\d+)")
_CLOCK = regex.compile(r"(\d{1,2})\s?(?:giờ|h|g|:)\s?(\d{2})\b")
_ROMANS = {
    **{"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"},
    **{"xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15"},
}
_ROMAN = regex.compile(rf"\b(?:quý|kỳ|lần|khóa|thế kỷ|đại hội|nhiệm kỳ|số) ({'|'.join(_ROMANS)})\b", regex.IGNORECASE)
_WORDS = {
    **{"một": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5", "sáu": "6", "bảy": "7", "bẩy": "7"},
    **{"tám": "8", "chín": "9", "mười": "10", "nhất": "1"},
}
_NUMBER = "|".join(_WORDS)
_COUNTED = (
    "ngày|tuần|tháng|năm|giờ|phút|giây|lần|người|ca|nước|quốc gia|tỷ|tỉ|triệu|nghìn|ngàn|trăm|chiếc|quả|vụ|thành phố|"
    "tỉnh|trường hợp|thế kỷ|thập kỷ|thập niên|trận|bàn|điểm|cuộc|đợt|mét|km|tấn|kg|nạn nhân|học sinh|trẻ em|binh sĩ|"
    "nghị sĩ|thang|xe|tàu|phòng|trường|cầu"
)
_WORDED = (
    regex.compile(rf"\b({_NUMBER}) (?:{_COUNTED})\b", regex.IGNORECASE),
    regex.compile(rf"\btháng ({_NUMBER})\b(?! (?:tháng|tuần|ngày|người))", regex.IGNORECASE),
    regex.compile(rf"\b(?:lần|quý) thứ ({_NUMBER})\b", regex.IGNORECASE),
    regex.compile(rf"\bcả ({_NUMBER})\b", regex.IGNORECASE),
)


def figures(text: str) -> frozenset[str]:
    """The figures of ``text`` in one spelling: no thousands' points, millions written out, dates as day/month."""
    text = _CLOCK.sub(lambda match: f"{int(match[1])} {int(match[2])}", text)
    found: set[str] = set()
    for match in _FIGURE.finditer(text):
        times = _TIMES.get((match[2] or "").lower(), 1) * _TIMES.get((match[3] or "").lower(), 1)
        found.update(_spellings(match[1] or match[4], times))
    for pattern in _WORDED:
        found.update(_WORDS[match[1].lower()] for match in pattern.finditer(text))
    found.update(_ROMANS[match[1].lower()] for match in _ROMAN.finditer(text))
    return frozenset(found)


def disagree(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether each has a figure that the other lacks: one of them counts something else."""
    return bool(a - b and b - a)


def _spellings(figure: str, times: int) -> list[str]:
    """``times``: 1000 for *nghìn*, and so on."""
    if (date := _DATE.fullmatch(figure)) and times == 1 and 1 <= int(date[1]) <= 31 and 1 <= int(date[2]) <= 12:
        return [f"{int(date[1])}/{int(date[2])}"]
    if ends := _RANGE.fullmatch(figure):
        return [str(int(ends[1]) * times), str(int(ends[2]) * times)]
    if _THOUSANDS.fullmatch(figure):
        figure = figure.replace(".", "")
    if figure.isdigit():
        return [str(int(figure) * times)]
    decimal = figure.replace(",", ".")
    if times > 1 and decimal.count(".") == 1 and decimal.replace(".", "").isdigit():
        whole, part = decimal.split(".")
        scale: int = 10 ** len(part)
        return [str(int(whole + part) * times // scale)]
    return [decimal]
