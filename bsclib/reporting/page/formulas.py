"""Formulas: TeX as notebooks write it, as MathML, which every browser draws without a script or a font.

latex2mathml converts them; what it does not know is shown as it was written. WeasyPrint draws no MathML, so in a PDF
a formula is a picture by ziamath.
"""

from __future__ import annotations

import base64
import re
from html import escape
from typing import Any

LABEL = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)\b")
MATHML = re.compile(r'<math\b[^>]*\balttext="([^"]*)"[^>]*>.*?</math>', re.DOTALL)


def inline(tex: str) -> str:
    """A formula that stands in a sentence."""
    return _converted(tex, "inline")


def block(tex: str) -> str:
    """A formula that stands on a line of its own; the keyboard reaches it, because a narrow page scrolls it."""
    return (
        f'<span class="formula block" role="group" tabindex="0" aria-label="Formula">{_converted(tex, "block")}</span>'
    )


def as_pictures(html: str) -> str:
    """A page with a picture in place of each formula; where ziamath is not installed, with its TeX."""
    if "<math" not in html:
        return html
    try:
        import ziamath
    except ImportError:
        return MATHML.sub(lambda match: f"<code>{match[1]}</code>", html)
    return MATHML.sub(lambda match: _picture(ziamath, match), html)


def _converted(tex: str, display: str) -> str:
    from latex2mathml.converter import convert

    source = LABEL.sub("", tex).strip()
    written = f'<code class="formula">{escape(source)}</code>'
    if re.sub(r"\\[{}]", "", source).count("{") != re.sub(r"\\[{}]", "", source).count("}"):
        return written
    try:
        made = convert(source, display=display)
    except Exception:  # whatever stops it, the source can be read
        return written
    if re.search(r"<m\w+[^>]*>\\", made):  # a command that it does not know
        return written
    return made.replace("<math ", f'<math alttext="{escape(source)}" ', 1)


def _picture(ziamath: Any, match: re.Match[str]) -> str:
    mathml = match[0].replace(f' alttext="{match[1]}"', "", 1)
    try:
        drawn = ziamath.Math(mathml, size=16)
        svg, below = drawn.svg(), drawn.getyofst()
    except Exception:
        return f"<code>{match[1]}</code>"
    encoded = base64.b64encode(svg.encode()).decode()
    style = f'class="formula" style="vertical-align: {below:.1f}px"'
    return f'<img {style} src="data:image/svg+xml;base64,{encoded}" alt="{match[1]}">'
