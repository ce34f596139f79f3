"""scripts/annotate.py around an annotator without a model, as a program: for tests that kill it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / name) for name in ("models", "service", "scripts", "tests")]

    import annotate
    from batch_annotators import LoadFake

    sys.exit(annotate.run_as_command(LoadFake))
