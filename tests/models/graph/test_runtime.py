"""Loading the library on a CPU imports neither PyTorch nor what reports its use to somebody."""

from __future__ import annotations

import subprocess
import sys

import pytest

READ = (
    "from ainoi import Annotator, Article; Annotator.load().annotate(Article(text='Ông Tám nói: “Vâng, tôi sẽ đi.”'))"
)
ABSENT = "print([name for name in ('torch', 'transformers', 'openvino_telemetry', 'spacy') if name in sys.modules])"


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_an_article_is_read_without_pytorch_and_without_telemetry() -> None:
    assert python(f"import sys; {READ}; {ABSENT}") == "[]\n"


@pytest.mark.parametrize("order", ["import openvino", ""], ids=["before us", "after us"])
def test_who_wants_openvinos_converter_has_it(order: str) -> None:
    code = f"import sys\n{order}\nfrom ainoi.graph import runtime\nprint('openvino.tools.ovc' in sys.modules)"
    found = "import importlib.util; print(importlib.util.find_spec('openvino.tools.ovc') is not None)"
    assert python(f"{code}\n{found}") == f"{bool(order)}\nTrue\n"
