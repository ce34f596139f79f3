"""What somebody pastes, drops or uploads on the first page, as a request for an annotation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from ainoi import AinoiError
from ainoi_service.limits import Limits
from ainoi_service.requests import AnnotateRequest

ABOUT = ("title", "date", "url", "outlet")
_HTML = re.compile(r"\s*<(?:!doctype\s|!--|\?xml\s|(?:html|head|body|main|article|section|div|p|h1)\b)", re.IGNORECASE)


class PasteError(AinoiError):
    """What was sent is no article; ``code`` names the text that says why (``annotate.error_…``)."""

    code = "bad_form"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Pasted:
    """The fields of the form. ``html``: the text is a page. ``given``: what the form is shown with again."""

    text: str
    html: bool
    about: Mapping[str, str]
    store: bool
    format: str | None

    @property
    def given(self) -> dict[str, str]:
        """The fields as a template shows them."""
        return {"text": self.text, "store": "yes" if self.store else "no", **self.about}

    def request(self) -> AnnotateRequest:
        """The request meant. Raises ``PasteError``."""
        about = {name: value for name, value in self.about.items() if value}
        try:
            return AnnotateRequest.model_validate({"html" if self.html else "text": self.text, **about})
        except ValidationError as error:
            raise PasteError("long_field") from error


NOTHING = Pasted("", html=False, about=dict.fromkeys(ABOUT, ""), store=True, format=None)


async def pasted(request: Request, limits: Limits) -> Pasted:
    """The form that ``request`` carries. Raises ``PasteError``, ``HTTPException`` 400."""
    async with request.form(max_files=2, max_fields=20, max_part_size=limits.max_body_bytes) as form:
        upload = form.get("file")
        name, data = "", b""
        if isinstance(upload, UploadFile):
            name, data = upload.filename or "", await upload.read(limits.max_body_bytes + 1)
        about = {field: _line(form, field) for field in ABOUT}
        store, format = form.get("store") != "no", _line(form, "format") or None
        # Browsers send a text field's line ends as CRLF, whatever they were; a file's are its own.
        text = _field(form, "text").replace("\r\n", "\n")
        as_text = form.get("as") == "text"
    if data:
        text = _decoded(data)
    html = not as_text and (name.lower().endswith((".html", ".htm")) if data else False)
    return Pasted(text, html or (not as_text and _HTML.match(text) is not None), about, store, format)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PasteError("not_utf8") from error


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _line(form: FormData, name: str) -> str:
    return " ".join(_field(form, name).split())
