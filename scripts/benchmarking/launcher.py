"""Runs a command and prints, as one line of JSON, when its first line came, when it ended, and the memory it took.

A program of its own, and a small one: a process starts with the peak memory of the one that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(command: list[str]) -> int:
    """``first_line`` and ``end`` in seconds from the start (``first_line`` null if nothing was printed), ``cpu`` in
    seconds of processor time, ``peak`` in bytes, ``status`` as the command's exit status."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    first_line = time.perf_counter() - start if child.stdout.readline() else None
    for _ in child.stdout:
        pass
    _, status, usage = os.wait4(child.pid, 0)
    end = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    peak = usage.ru_maxrss * unit
    print(json.dumps({"first_line": first_line, "end": end, "cpu": cpu, "peak": peak, "status": child.returncode}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
