r"""Formulas in words and signs: TeX as notebooks write it, in HTML that needs neither a script nor a font.

It covers what lessons and reports use: fractions, roots, sub- and superscripts, sums, text and the common signs. A
command it does not know is shown by its name.
"""

from __future__ import annotations

import re
from html import escape

SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠", "lt": "&lt;", "gt": "&gt;", "approx": "≈", "to": "→", "rightarrow": "→", "in": "∈", "infty": "∞",
    "sum": "∑", "prod": "∏", "ldots": "…", "dots": "…", "lvert": "|", "rvert": "|", "mid": "|", "lfloor": "⌊",
    "rfloor": "⌋", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε",
    "varepsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "Sigma": "Σ",
    "tau": "τ", "phi": "φ", "omega": "ω", "left": "", "right": "", "displaystyle": "", "quad": " ", "qquad": " ",
}  # fmt: skip
ACCENTS = {"bar": "\u0304", "overline": "\u0304", "hat": "\u0302", "tilde": "\u0303"}


def inline(tex: str) -> str:
    """A formula that stands in a sentence."""
    return f'<span class="formula">{_html(tex)}</span>'


def block(tex: str) -> str:
    """A formula that stands on a line of its own."""
    return f'<span class="formula block">{_html(tex)}</span>'


def _html(tex: str) -> str:
    text = escape(re.sub(r"\\(begin|end)\{[^{}]*\}", "", tex).strip(), quote=False)
    text = re.sub(r"\s*\\\\\s*", "<br>", text).replace("&amp;", " ")
    text = re.sub(r"\\([%$#_])", r"\1", text).replace(r"\{", "\u0001").replace(r"\}", "\u0002")
    before = ""
    while text != before:  # from the innermost braces outwards
        before = text
        text = re.sub(r"\\(?:text|mathrm|mathit|mathbf|operatorname)\s*\{([^{}]*)\}", r"\1", text)
        text = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", _fraction, text)
        text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", lambda match: "√" + _grouped(match[1]), text)
        text = re.sub(r"\\(bar|overline|hat|tilde)\s*\{([^{}]*)\}", lambda match: match[2] + ACCENTS[match[1]], text)
        text = re.sub(r"_(?:\{([^{}]*)\}|(\\[a-zA-Z]+|[^\\{}<\s]))", lambda m: f"<sub>{m[1] or m[2]}</sub>", text)
        text = re.sub(r"\^(?:\{([^{}]*)\}|(\\[a-zA-Z]+|[^\\{}<\s]))", lambda m: f"<sup>{m[1] or m[2]}</sup>", text)
    text = re.sub(r"\\([a-zA-Z]+)", lambda match: SIGNS.get(match[1], match[1]), text)
    text = re.sub(r"\\[,;:! ]", " ", text).translate({ord("{"): None, ord("}"): None, 1: "{", 2: "}"})
    return re.sub(r"[ \t\n]+", " ", text).replace("-", "−").strip()


def _fraction(match: re.Match[str]) -> str:
    return f"{_grouped(match[1])} / {_grouped(match[2])}"


def _grouped(part: str) -> str:
    """A part in brackets, unless it is one thing."""
    part = part.strip()
    return part if re.fullmatch(r"[\w.]+|\\[a-zA-Z]+|[^\s]+(<su[bp]>[^\s]*</su[bp]>)+", part) else f"({part})"
