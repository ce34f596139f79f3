"""Ids and paths that lead out of a folder, if anybody lets them: T42. ``FILE`` stands for a file not to be read."""

from __future__ import annotations

FILE = "FILE"

PATHS = (
    *("..", ".", "../..", "../FILE", "../../FILE", "../../../../../../../../FILE", "./../FILE", "a/../../FILE"),
    *("%2e%2e", "%2e%2e/FILE", "%2e%2e%2f%2e%2e%2fFILE", "..%2fFILE", "..%2f..%2f..%2f..%2fFILE", "%2e%2e%2fFILE"),
    *(
        "%252e%252e%252fFILE",
        "%252e%252e/FILE",
        "..%252f..%252fFILE",
        "%c0%ae%c0%ae%c0%afFILE",
        "%e0%80%ae%e0%80%ae/FILE",
    ),
    *("..%5cFILE", "..%5c..%5cFILE", "%5c%5chost%5cshare%5cFILE", "//host/share/FILE", "C:%5cFILE", "C:/FILE"),
    *("/FILE", "//FILE", "%2fFILE", "%2f%2fFILE", "file:///FILE", "file:%2f%2f%2fFILE", "~/FILE", "~root/FILE"),
    *("%00", "FILE%00", "FILE%00.css", "..%00/FILE", "%00/../FILE", "a%0a../FILE", "%0d%0aFILE", "FILE%20", "FILE."),
    *("....//FILE", "..././FILE", "..;/FILE", "%uff0e%uff0e/FILE", "%ef%bc%8e%ef%bc%8e/FILE", "%e2%80%a5/FILE"),
    *("proc/self/environ", "dev/stdin", "a" * 300, "a/" * 200 + "FILE", "%ff%fe", "%ed%a0%80", "*", "?", "%3f", "%23"),
)
