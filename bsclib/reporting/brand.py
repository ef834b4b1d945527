"""The house style of reports: a name, a logo, three colours and how numbers are written, in one small YAML file.

::

    name: Northwind Logistics       # in the head of each page, and of each printed one
    logo: logo.svg                  # SVG or PNG beside this file, up to 200 kB; it is put into the page itself
    colours:
      band: "#0d3b4a"               # behind the title
      accent: "#e3a72f"             # the line under it, and beside quotations
      link: "#0a5f76"               # links
    numbers:
      decimal_mark: ","
      thousands: " "                # a space, a point, a comma, an apostrophe, or nothing

Everything may be left out; with a decimal comma, a space stands between thousands unless you say otherwise. Name, logo
and colours apply to reports (HTML and PDF) and to the index; the colours of a status and those in pictures stay as they
are. Numbers apply to the columns of numbers in a report's tables, and to the index; sentences, pictures and printed
output keep the point, for what stands there may be anybody's words. In Excel a number is a number, and shows as the
reader's own Excel has it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from bsclib.errors import BscError, Fault, ReportError, suggestion, unknown
from bsclib.files import yaml_tree
from bsclib.model.values import control_character
from bsclib.plots.palette import PAPER, contrast, ink_on
from bsclib.wording import truncated

LARGEST_LOGO = 200_000
LONGEST_TEXT = 70
SPACES = {" ": "\u202f", "\u00a0": "\u202f"}
"""A space between thousands is narrow, and no line breaks at it."""
THOUSANDS = (",", ".", "'", "’", "\u202f", "")
FIELDS = {
    "name": (),
    "logo": (),
    "colours": ("band", "accent", "link"),
    "numbers": ("decimal_mark", "thousands"),
}
COLOURS = {"band": "#0d3b4a", "accent": "#e3a72f", "link": "#0a5f76"}
"""What a house may change, as the page has it; see ``templates/report``."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DARK = "#10181d"
WASH = "#f4f7f8"
"""The page in the dark, and behind a row that is pointed at; see ``templates/report``."""
NUMERAL = re.compile(r"(?<![\w.,&#])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![.,]?\d)")
SVG_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "svg g path rect circle ellipse line polyline polygon text tspan textPath defs symbol use title desc metadata "
        "style linearGradient radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feBlend "
        "feColorMatrix feComposite feFlood feMerge feMergeNode RDF Work format type namedview",
    )
)
"""What a logo is drawn with: shapes, text, paints and effects, and what drawing programs note of themselves."""
SVG_ATTRIBUTES = re.compile(
    r"id|class|style|[dxyrkwh]|[xyrcf]+[12xy]?|d[xy]|width|height|viewBox|points|transform|version|lang|space|type|in2?"
    r"|preserveAspectRatio|offset|result|mode|operator|values|stdDeviation|rotate|pathLength|role|aria-[a-z]+|about"
    r"|resource|base|(fill|stroke|stop|font|text|clip|mask|marker|flood|color|paint|letter|word|dominant|baseline|alignment"
    r"|shape|image|vector|line|enable|overflow|opacity|display|visibility|direction|white|mix|isolation)(-[a-z-]+)?"
    r"|[a-z]+(Units|Transform|Length|Width|Height|Adjust|Spread|Method)|ref[XY]|orient|method|spacing|bbox|docname|page[a-z]+"
)
SVG_FUNCTIONS = re.compile(r"|matrix|translate[xy]?|scale|rotate|skew[xy]|rgba?|hsla?")


@dataclass(frozen=True)
class Brand:
    """A house style; what is empty stays as the kit has it. `read_brand` makes one from a file.

    Parameters
    ----------
    name : str
        Who publishes the reports.
    logo : str
        A picture as a ``data:`` address.
    band, accent, link : str
        Colours as ``#rrggbb``.
    decimal_mark, thousands : str
        How numbers are written.

    Examples
    --------
    >>> Brand(decimal_mark=",", thousands=".").write("1,234.5 h")
    '1.234,5 h'
    """

    name: str = ""
    logo: str = ""
    band: str = ""
    accent: str = ""
    link: str = ""
    decimal_mark: str = "."
    thousands: str = ","

    @property
    def sha256(self) -> str:
        """What the style amounts to, in 64 letters: the same for the same name, logo, colours and numbers."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def css(self) -> str:
        """The colours, for a style sheet that comes after the page's own; a link is lightened where the page is dark.

        Empty when there are none.

        Examples
        --------
        >>> Brand(accent="#ffcc00").css
        ':root { --accent: #ffcc00; }'
        """
        colours = {"accent": self.accent, "link": self.link}
        if self.band:
            ink = ink_on(self.band)
            colours |= {"band": self.band, "band-ink": ink, "band-soft": ink}
        light = {name: colour for name, colour in colours.items() if colour}
        dark = light | ({"link": _lightened(self.link)} if self.link else {})
        at_night = f"\n@media screen and (prefers-color-scheme: dark) {{ {_css_rule(dark)} }}"
        return _css_rule(light) + (at_night if dark != light else "")

    def write(self, text: str) -> str:
        """A text with its numbers in the house's style.

        Parameters
        ----------
        text : str
            Its numbers have ``,`` between thousands and a ``.`` before decimals.

        Examples
        --------
        >>> Brand(decimal_mark=",", thousands=".").write("version 1.2.3")
        'version 1.2.3'
        """
        if (self.decimal_mark, self.thousands) == (".", ","):
            return text
        return NUMERAL.sub(
            lambda match: match[1].replace(",", self.thousands) + (match[2] or "").replace(".", self.decimal_mark), text
        )


def css_text(text: str) -> str:
    """A text for a style sheet, cut at 70 letters; all but plain letters and digits as numbers, so nothing gets out."""
    letters = truncated(text, LONGEST_TEXT)
    return '"' + "".join(char if char.isascii() and char.isalnum() else f"\\{ord(char):x} " for char in letters) + '"'


def read_brand(path: str | os.PathLike[str]) -> Brand:
    """Read a house style.

    Parameters
    ----------
    path : path of a YAML file; the logo lies beside it

    Raises
    ------
    ReportError
        With file and line of every fault: a field that is not known, a colour that cannot be read on its ground, a
        logo that is too large or could do something of its own.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "style.yaml").write_text("name: Northwind Logistics")
    ...     read_brand(Path(folder, "style.yaml")).name
    'Northwind Logistics'
    """
    file = Path(path)
    try:
        root = yaml_tree.read_tree(file, "house style", ", ".join(FIELDS))
    except BscError as error:
        raise ReportError(error.faults) from None
    faults: list[Fault] = []
    fields = _fields(file, root, faults)
    values = _name(fields, faults) | _logo(file, fields, faults) | _colours(fields, faults) | _numbers(fields, faults)
    if faults:
        raise ReportError(faults)
    return Brand(**values)


_Field = tuple[str, object]
"""Where a value stands, and the value."""


def _fields(file: Path, root: yaml_tree.Node, faults: list[Fault]) -> dict[str, _Field]:
    """The values by name, those of `colours` and `numbers` by their own."""
    fields: dict[str, _Field] = {}
    for key, node in root.value.items():
        where = f"{file.name}, line {root.key_lines[key]}"
        if key not in FIELDS:
            faults.append(unknown("field", key, FIELDS, where))
        elif not FIELDS[key]:
            fields[key] = (f"{where}, {key}", node.value)
        elif isinstance(node.value, dict):
            for name, inner in node.value.items():
                place = f"{file.name}, line {node.key_lines[name]}"
                if name in FIELDS[key]:
                    fields[name] = (f"{place}, {key}.{name}", inner.value)
                else:
                    faults.append(unknown(f"field of {key}", name, FIELDS[key], place))
        elif node.value is not None:
            faults.append(Fault(where, f"{key} is a mapping of fields", allowed=", ".join(FIELDS[key])))
    return {name: field for name, field in fields.items() if field[1] is not None}


def _name(fields: dict[str, _Field], faults: list[Fault]) -> dict[str, str]:
    if "name" not in fields:
        return {}
    where, value = fields["name"]
    problem = control_character(value) if isinstance(value, str) else ""
    if isinstance(value, str) and 0 < len(value.strip()) <= 80 and not problem:
        return {"name": value.strip()}
    what = problem or "the name is one line of text"
    faults.append(Fault(where, what, got=repr(value), allowed="1 to 80 letters"))
    return {}


def _colours(fields: dict[str, _Field], faults: list[Fault]) -> dict[str, str]:
    colours: dict[str, str] = {}
    for name in [colour for colour in FIELDS["colours"] if colour in fields]:
        where, value = fields[name]
        if not isinstance(value, str) or not COLOUR.fullmatch(value):
            fix = "write it in quotes: YAML takes what follows # for a remark"
            faults.append(Fault(where, "this is not a colour", got=repr(value), allowed='"#rrggbb"', fix=fix))
        elif fault := _contrast_fault(name, value, colours.get("band", COLOURS["band"])):
            faults.append(Fault(where, fault, got=value, allowed="a contrast of 4.5, for the accent 3 (WCAG 2.2)"))
        else:
            colours[name] = value.lower()
    return colours


def _contrast_fault(name: str, colour: str, band: str) -> str:
    """Why a colour cannot do its work; nothing when it can."""
    # WCAG 2.2 asks for 4.5 where text is read (1.4.3) and for 3 where a line has to be seen (1.4.11).
    if name == "band":
        ratio = contrast(colour, ink_on(colour))
        return f"neither dark nor white text can be read on it: their contrast is {ratio:.1f}" if ratio < 4.5 else ""
    if name == "link":
        ratio = min(contrast(colour, ground) for ground in (PAPER, WASH))
        return f"a link in it cannot be read on white: its contrast is {ratio:.1f}" if ratio < 4.5 else ""
    ratio = max(contrast(colour, PAPER), contrast(colour, band))
    return f"it is seen neither on white nor on the band: its contrast is {ratio:.1f}" if ratio < 3 else ""


def _lightened(colour: str) -> str:
    """The colour, with as much white in it as it takes to be read on a dark page."""
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    tints = ("#" + "".join(f"{round(c + (255 - c) * share / 20):02x}" for c in channels) for share in range(21))
    return next(tint for tint in tints if contrast(tint, DARK) >= 7)


def _css_rule(values: dict[str, str]) -> str:
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}" if values else ""


def _numbers(fields: dict[str, _Field], faults: list[Fault]) -> dict[str, str]:
    given = {name: fields[name] for name in FIELDS["numbers"] if name in fields}
    if not given:
        return {}
    marks = {name: SPACES.get(str(value), value) for name, (_, value) in given.items()}
    allowed = {"decimal_mark": (".", ","), "thousands": THOUSANDS}
    for name, mark in marks.items():
        if mark not in allowed[name]:
            words = " or ".join(repr(choice) for choice in allowed[name] if choice != "\u202f")
            faults.append(Fault(given[name][0], "no number is written so here", repr(mark), f"{words}, in quotes"))
    decimal = str(marks.get("decimal_mark", "."))
    thousands = str(marks.get("thousands", "\u202f" if decimal == "," else ","))
    if decimal == thousands:
        where = given.get("thousands", next(iter(given.values())))[0]
        faults.append(Fault(where, "one mark cannot mean both", got=repr(decimal), fix="choose another for thousands"))
    return {"decimal_mark": decimal, "thousands": thousands}


def _logo(file: Path, fields: dict[str, _Field], faults: list[Fault]) -> dict[str, str]:
    if "logo" not in fields:
        return {}
    where, value = fields["logo"]
    fault, data = _read_logo(file, value)
    if fault:
        faults.append(Fault(where, *fault))
    kind = "image/png" if str(value).lower().endswith(".png") else "image/svg+xml"
    return {"logo": f"data:{kind};base64,{base64.b64encode(data).decode()}"}


def _read_logo(file: Path, value: object) -> tuple[tuple[str, ...], bytes]:
    """What is wrong with a logo (what, got, allowed, fix), or its bytes."""
    path, allowed = Path(str(value)), "a .svg or .png file beside this one, up to 200 kB"
    if not isinstance(value, str) or path.suffix.lower() not in (".svg", ".png"):
        return ("this is not a picture", repr(value), allowed), b""
    if path.is_absolute() or ".." in path.parts or "\0" in value:
        return ("the logo lies elsewhere", value, allowed, "copy it beside the house style"), b""
    try:
        with (file.parent / path).open("rb") as opened:
            data = opened.read(LARGEST_LOGO + 1)
    except OSError as problem:
        fix = suggestion(path.name, [neighbour.name for neighbour in file.parent.iterdir()])
        return (f"the logo cannot be read: {problem.strerror or problem}", value, allowed, fix), b""
    if len(data) > LARGEST_LOGO:
        return ("the logo is too large", value, allowed, "each report holds a copy: make it smaller"), b""
    if path.suffix.lower() == ".png":
        what = "" if data.startswith(b"\x89PNG\r\n\x1a\n") else "the file is not a PNG picture"
    else:
        what = _svg_fault(data)
    return ((what, value, allowed) if what else ()), data


def _svg_fault(data: bytes) -> str:
    """Why an SVG is more than a picture; nothing when it is one."""
    if re.search(rb"<!(DOCTYPE|ENTITY)|<\?(?!xml\s)", data, re.IGNORECASE):
        return "the SVG declares a document type or a style sheet, which may stand for anything: save it as plain SVG"
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        return f"the file is not SVG: {problem}"
    if root.tag.rpartition("}")[2] != "svg":
        return "the file is not SVG"
    for part in root.iter():
        tag = str(part.tag).rpartition("}")[2]
        if tag not in SVG_ELEMENTS:
            return f"the SVG holds <{tag}>: a logo is a picture and does nothing"
        if tag == "style" and _may_fetch("".join(part.itertext())):
            return "the SVG's style would fetch something, or may do so"
        for name, text in part.attrib.items():
            name = name.rpartition("}")[2]
            link = name == "href" and re.fullmatch(r"#[\w.-]+", text)
            if not link and not SVG_ATTRIBUTES.fullmatch(name):
                return f"the SVG holds {name}: a logo is a picture and does nothing"
            if name not in ("id", "class", "docname") and _may_fetch(text):
                return "the SVG would fetch something from elsewhere"
    return ""


def _may_fetch(text: str) -> bool:
    """Whether a text could make a browser fetch: an escape, an at-rule, or a function that is not known to be still."""
    calls = re.findall(r"([\w-]*)\(\s*['\"]?(#?)", text.casefold())
    return bool(re.search(r"[\\@]", text)) or not all(
        SVG_FUNCTIONS.fullmatch(call) or (call == "url" and within) for call, within in calls
    )
