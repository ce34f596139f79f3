"""OpenVINO without its model converter, which reports its use to its makers over the internet when it is imported.

``import openvino`` imports the converter where it finds one. Here it finds none; who wants it imports
``openvino.tools.ovc``.
"""

from __future__ import annotations

import sys

_CONVERTER = "openvino.tools.ovc"

_hidden = _CONVERTER not in sys.modules
if _hidden:
    sys.modules[_CONVERTER] = None  # type: ignore[assignment]
try:
    import openvino as ov  # type: ignore[import-untyped]
    from openvino import opset15 as ops
finally:
    if _hidden:
        del sys.modules[_CONVERTER]

__all__ = ["ops", "ov"]
