"""What a page shows of each output: the content that it shows best, and a note in place of what it cannot show.

A page runs no script and fetches nothing, so a chart that a script would draw is shown as a picture where its library
can make one (``pip install 'bsclib[charts]'``), and said to be missing where not. Nothing vanishes without a word.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from bsclib.reporting.notebook import SUMMARY, source_of, tags_of

KINDS = (
    *("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"),
    *("text/latex", "application/json", "text/plain"),
)
PICTURES = tuple(kind for kind in KINDS if kind.startswith("image/"))
WIDGET = "application/vnd.jupyter.widget-view+json"
SILENT = (SUMMARY, "application/vnd.bokehjs_load.v0+json", "application/vnd.holoviews_load.v0+json")
SCRIPT = re.compile(r"<script\b[^>]*>.*?(</script>|$)", re.DOTALL | re.IGNORECASE)
SHOWS = re.compile(r"<(img|svg|table|pre|audio|video|math)\b", re.IGNORECASE)
CHART = "a chart that a script would draw cannot be shown"
INSTALL = "show it as a picture: pip install 'bsclib[charts]', or save it as PNG in the cell"  # of plotly and altair
SAVE = "show a picture of it: its library may save it as PNG in the cell"
MERMAID = "text/vnd.mermaid"
DIAGRAM = "a diagram in mermaid is shown as text"
DRAW = "draw it, for example by mermaid's own command, and show the picture"
HIDDEN = {"remove-cell", "remove_cell", "removecell"}
UNSHOWN = {"remove-output", "remove_output", "removeoutput"}
FOLDED = {"hide-output", "hide_output", "hide-cell", "hide_cell"}
OPTION = re.compile(r"(?m)^#\|\s*(include|output|warning)\s*:\s*(\w+)")
NO = ("false", "no", "False")
EXIT = "UserWarning: To exit: use 'exit'"  # what IPython says of a SystemExit, which may be meant

Note = Callable[[str, str], None]  # told what cannot be shown, and what helps


def is_left_out(cell: Mapping[str, Any]) -> bool:
    """Whether a cell says that it is not for readers, as Jupyter Book, nbconvert and Quarto have it."""
    return bool(tags_of(cell) & HIDDEN) or _options(cell).get("include") in NO


def is_folded(cell: Mapping[str, Any]) -> bool:
    """Whether what a cell shows is only seen by who opens it."""
    hidden = (cell.get("metadata") or {}).get("jupyter") or {}
    return bool(tags_of(cell) & FOLDED) or hidden.get("outputs_hidden") is True


def shown_outputs(cell: Mapping[str, Any], note: Note, pixels: bool = False) -> list[dict[str, Any]]:
    """The outputs of a cell as a page shows them, each of one kind; a drawing as `pixels` where it is there so too."""
    options = _options(cell)
    if tags_of(cell) & UNSHOWN or options.get("output") in NO:
        return []
    shown = []
    for output in cell["outputs"]:
        noise = output["output_type"] == "stream" and output.get("name") == "stderr"
        if noise and (options.get("warning") in NO or EXIT in "".join(output.get("text", ""))):
            continue
        if output["output_type"] == "error" and output["ename"] == "SystemExit" and output["evalue"] in ("", "0"):
            continue
        if "data" not in output:
            text = as_terminal("".join(output.get("text", "")))
            if output["output_type"] != "stream" or text.strip():
                shown.append({**output, "text": text})
        elif data := _shown(_as_pixels(output["data"]) if pixels else output["data"], note):
            shown.append({"execution_count": None, **output, "data": data})
    return shown


def as_terminal(text: str) -> str:
    """Printed text as it stands in the end: a carriage return goes back and writes over, a backspace takes away."""
    text = text.replace("\r\n", "\n")
    while "\b" in text and (shorter := re.sub(r"[^\n\b]\x08|^\x08+|(?<=\n)\x08+", "", text)) != text:
        text = shorter
    return "\n".join(map(_overwritten, text.split("\n"))) if "\r" in text else text


def _overwritten(line: str) -> str:
    written = ""
    for part in line.split("\r"):
        part = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", part) if "\x1b" in part and "\r" in line else part
        written = part + written[len(part) :]
    return written.rstrip() if "\r" in line else written


def _options(cell: Mapping[str, Any]) -> dict[str, str]:
    """Quarto's options at the head of a cell, as far as they say what is shown."""
    return dict(OPTION.findall(source_of(cell))) if cell.get("cell_type") == "code" else {}


def _shown(data: Mapping[str, Any], note: Note) -> dict[str, str]:
    """The one kind of content that is shown; nothing of what shows nothing."""
    kinds = [kind for kind in KINDS if kind in data and _text(data[kind]).strip()]
    foreign = [kind for kind in data if kind not in KINDS]
    if any(kind in SILENT for kind in foreign):
        return {}
    picture = next((kind for kind in kinds if kind in PICTURES), None)
    chart = next((kind for kind in foreign if re.search(r"plotly|vega|bokeh|holoviews|geo\+json|altair", kind)), None)
    html = _text(data["text/html"]) if "text/html" in kinds else ""
    if chart or (html and not _still(html) and SCRIPT.search(html)):
        if picture:
            return {picture: _text(data[picture])}
        made = _picture_of(chart, data, html)
        drawable = re.search("plotly|vega|altair", chart or html)
        return {"image/png": made} if made else _noted(note, CHART, INSTALL if drawable else SAVE)
    if WIDGET in foreign:
        return _noted(note, "a live control cannot be shown", "display what it shows, without the control")
    if html:
        if SCRIPT.search(html):
            note("a part that a script would draw cannot be shown", SAVE)
        return {"text/html": html}
    if MERMAID in foreign and (not kinds or kinds[0] == "text/plain"):
        note(DIAGRAM, DRAW)
        return {"text/html": diagram_html(_text(data[MERMAID]))}
    if foreign and (not kinds or kinds[0] == "text/plain"):
        return _noted(note, f"content of the kind {foreign[0]} cannot be shown", "display a table or a picture of it")
    if kinds and kinds[0] in ("image/gif", "image/webp"):
        return {"text/html": f'<img src="data:{kinds[0]};base64,{_text(data[kinds[0]]).strip()}">'}
    shown = {"application/json": "text/plain"}
    return {shown.get(kinds[0], kinds[0]): _text(data[kinds[0]])} if kinds else {}


def _as_pixels(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {kind: data[kind] for kind in data if kind != "image/svg+xml"} if "image/png" in data else data


def _noted(note: Note, what: str, fix: str) -> dict[str, str]:
    note(what, fix)
    return {"text/html": note_html(what)}


def _still(html: str) -> str:
    """Whether HTML shows something without its scripts."""
    rest = SCRIPT.sub("", re.sub(r"<style\b.*?</style>", "", html, flags=re.DOTALL | re.IGNORECASE))
    return "".join(SHOWS.findall(rest)) or re.sub(r"<[^>]*>", "", rest).strip()


def _text(content: Any) -> str:
    """A content as text; files may hold a text as lines, and JSON as itself."""
    if isinstance(content, list) and all(isinstance(line, str) for line in content):
        return "".join(content)
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)


def _picture_of(chart: str | None, data: Mapping[str, Any], html: str) -> str:
    """A chart as PNG in base64, by the library that can draw it without a browser's window; empty without one."""
    try:
        if chart and "plotly" in chart:
            return _plotly(data[chart])
        if chart and "vega" in chart:
            return _vega(data[chart])
        if found := re.search(r"\}\)\(\s*(?=\{)", html):  # what altair writes into HTML
            return _vega(json.JSONDecoder().raw_decode(html, found.end())[0])
    except Exception:  # the library is not there, has no browser, or the chart asks for data from elsewhere
        return ""
    return ""


def _plotly(figure: Any) -> str:
    import kaleido

    made = kaleido.calc_fig_sync(dict(figure), opts={"format": "png", "scale": 2})
    return base64.b64encode(made).decode()


def _vega(spec: Any) -> str:
    import vl_convert

    if "vega-lite" in str(spec.get("$schema")):
        made = vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[])
    else:
        made = vl_convert.vega_to_png(spec, scale=2, allowed_base_urls=[])
    return base64.b64encode(made).decode()


def diagram_html(source: str) -> str:
    """A diagram in mermaid, which only a script could draw, as its text."""
    return f"{note_html(DIAGRAM)}<pre>{escape(source.strip())}</pre>"


def note_html(what: str) -> str:
    """A note as it stands in the page."""
    return f'<p class="note">{escape(what[0].upper() + what[1:])} in this report.</p>'
