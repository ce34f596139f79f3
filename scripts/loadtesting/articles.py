"""Made articles as long as news are, each with a marker of its own by which its answer is told from every other's."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ainoi_service.workers.subwords import subwords_in

MEAN, SPREAD, SHORTEST, LONGEST = 6.48, 0.44, 200, 2_700
"""Of the logarithm of an article's subwords, and of the subwords: as of 4,000 articles of Vietnamese news, whose mean
is 720, whose 99th percentile is 1,690, and of which none is longer."""

_SENTENCES = (
    "Ông Trần Văn Mẫu, Giám đốc Sở Xây dựng tỉnh, nói: “Chúng tôi sẽ hoàn thành {n} căn nhà trước mùa mưa”.",
    "Theo bà Lê Thị Thử, giá gạo đã tăng {n} đồng mỗi ký so với tháng trước.",
    "“Không ai bị thương trong vụ việc số {n}”, người phát ngôn của công ty khẳng định.",
    "Đoàn xe gồm {n} chiếc rời bến lúc sáng sớm và đến nơi vào chiều cùng ngày.",
    "Bộ trưởng Phạm Ví Dụ cho biết dự án có tổng vốn {n} tỷ đồng, chia làm hai giai đoạn.",
    "Con đường dài {n} mét chạy qua ba xã ven sông, nơi phần lớn người dân sống bằng nghề trồng rau.",
    "Ông này nhấn mạnh rằng “mọi khoản chi đều được công khai, kể cả {n} đồng tiền vé”.",
    "Trận đấu thu hút {n} khán giả, đông nhất kể từ đầu mùa giải.",
    "Bà Thử phủ nhận tin đồn về {n} lô hàng bị giữ lại ở cửa khẩu.",
    "Thư viện mới có {n} đầu sách, mở cửa tất cả các ngày trong tuần.",
    "“Các bạn đã chờ {n} ngày, và hôm nay là ngày cuối cùng”, ông Mẫu nói với các công nhân.",
    "Nhiệt độ cao nhất trong ngày được dự báo là {n} độ, trời nhiều mây và có mưa rào vài nơi.",
)


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """``id`` is its marker; ``subwords`` is its length as the service counts it. Each has at least one quote."""

    id: str
    text: str
    subwords: int

    def answered_by(self, answer: Any) -> bool:
        """Whether this is an annotation of this very article: its marker, its text, and quotes that stand there."""
        if not isinstance(answer, dict) or answer.get("id") != self.id:
            return False
        if answer.get("text_sha256") != hashlib.sha256(self.text.encode()).hexdigest():
            return False
        return len(answer["quotes"]) > 0 and all(
            quote["text"] == " … ".join(self.text[span["start"] : span["end"]] for span in quote["spans"])
            for quote in answer["quotes"]
        )


def made_articles(seed: int) -> Iterator[MadeArticle]:
    """Articles without end, the same for the same seed; no two are alike."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        wanted = min(max(chance.lognormvariate(MEAN, SPREAD), SHORTEST), LONGEST)
        sentences = [f"Bài số {seed}-{number}: “lời thứ {number}”, ông Mẫu nói."]
        subwords = 0
        while subwords < wanted:
            sentence = chance.choice(_SENTENCES).format(n=chance.randrange(2, 100_000))
            subwords += subwords_in(sentence)
            sentences.append(sentence)
        text = "\n\n".join(sentences)
        yield MadeArticle(f"m{seed}-{number}", text, subwords_in(text))
