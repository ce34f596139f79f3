"""Small pages for tests."""

from __future__ import annotations

PARAGRAPH = "Ông Peskov nói “Chúng tôi sẽ không thay đổi lập trường về Ukraine”, hãng TASS đưa tin ngày 12/11."
NEWS_PAGE = f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Điện Kremlin nêu lập trường</title>
<meta property="og:title" content="Điện Kremlin nêu lập trường">
<meta property="og:site_name" content="Báo Thử">
<meta property="article:published_time" content="2024-11-12T10:00:00+07:00"></head>
<body><nav><a href="/">Trang chủ</a></nav>
<article>{"".join(f"<p>Đoạn {i}. {PARAGRAPH}</p>" for i in range(8))}</article>
<script>for (i=0;i<n;i++) {{ {"a b c = 1; " * 2000} }}</script></body></html>"""

ATTRIBUTE_BOMB = "<html><body><p " + " ".join(f'a{i}="1"' for i in range(100_000)) + ">x</p></body></html>"
"""One tag with 100,000 attributes: 52 seconds, were it parsed."""

SLOW_PAGE = "<p>abc " * 250_000
"""Few attributes, but far more than five seconds of work."""
