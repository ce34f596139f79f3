"""The packages that some inputs and outputs need: they are looked for before a run begins."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from ainoi import AinoiError
from ainoi_service.batch.finding import Found, shown
from ainoi_service.batch.items import ErrorRow

OF_ENDINGS = {
    ".html": ("trafilatura",),
    ".htm": ("trafilatura",),
    ".warc": ("warcio", "trafilatura"),
    ".warc.gz": ("warcio", "trafilatura"),
    ".parquet": ("pyarrow",),
}
OF_FORMATS = {"parquet": ("pyarrow",), "table": ("rich",)}


class PackagesMissingError(AinoiError):
    """An input or output needs packages that are not installed."""

    code = "packages_missing"


def require_packages(files: Iterable[Found | ErrorRow], formats: Iterable[str]) -> None:
    """Raises PackagesMissingError if one of ``files`` or ``formats`` needs what is not installed. Imports nothing, and
    looks at no file if everything is installed."""
    for format in formats:
        _refuse(format, [name for name in OF_FORMATS.get(format, ()) if find_spec(name) is None])
    packages = {name for names in OF_ENDINGS.values() for name in names}
    if not (absent := {name for name in packages if find_spec(name) is None}):
        return
    for found in files:
        if isinstance(found, Found):
            _refuse(shown(found.path), [name for name in OF_ENDINGS.get(found.ending, ()) if name in absent])


def _refuse(what: str, missing: list[str]) -> None:
    if missing:
        message = f"{what} needs {', '.join(missing)}, which is not installed: pip install 'ainoi[batch]'"
        raise PackagesMissingError(message)
