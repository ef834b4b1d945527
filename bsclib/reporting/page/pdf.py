"""A page of HTML as PDF, by WeasyPrint: page numbers, a running head, bookmarks, and tags for readers' aids.

WeasyPrint was chosen over headless Chromium by looking at both, side by side: the pages look alike, and WeasyPrint
needs no browser and no second process, gives the same bytes for the same page, and writes the alternative text of each
picture. It is an extra, ``pip install 'bsclib[pdf]'``, and uses the system's library Pango.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from bsclib.errors import Fault, ReportError
from bsclib.reporting.page.formulas import as_pictures

TO_A_SCORE = re.compile(r'<a href="#score\.[^"]*">([^<]*)</a>')  # paper does not open
WITHOUT = "install it: pip install 'bsclib[pdf]'; a batch can also leave pdf out of its formats"
PANGO = "install Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0, brew install pango, or what your system has"


def check_pdf() -> None:
    """Refuse where WeasyPrint or the system's library Pango is missing, before a batch runs for hours."""
    try:
        import weasyprint  # noqa: F401
    except ImportError as error:
        raise ReportError(Fault("PDF", "WeasyPrint is not installed", fix=WITHOUT)) from error
    except OSError as error:  # it is there, and a library of the system that it opens is not
        reason = (str(error).strip().splitlines() or [""])[0]
        raise ReportError(Fault("PDF", f"a library of the system is missing: {reason}", fix=PANGO)) from error


def to_pdf(html: str) -> bytes:
    """A page of HTML as PDF; the same page gives the same bytes on a machine with the same fonts."""
    check_pdf()
    import weasyprint
    from weasyprint.urls import URLFetcher

    for name in ("weasyprint", "fontTools"):  # what they remark on style sheets is nothing to who reads a report
        logging.getLogger(name).setLevel(logging.CRITICAL)
    document: Any = weasyprint.HTML(
        string=TO_A_SCORE.sub(r"\1", as_pictures(html)),
        base_url=None,
        url_fetcher=URLFetcher(allowed_protocols=("data",)),
        media_type="print",
    )
    made: bytes = document.write_pdf(pdf_tags=True, pdf_identifier=b"bsclib")
    return made
