"""Anybody's HTML made fit to stand in a page: every element is closed, and what it would fetch is found."""

from __future__ import annotations

import re
from html.parser import HTMLParser

FETCHING = {"src", "srcset", "poster", "data", "background"}
PAGES = ("iframe", "object", "embed")
VOID = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta param source track wbr"))
OPTIONAL = frozenset(re.findall(r"\w+", "p li dt dd option thead tbody tfoot tr td th colgroup caption html head body"))
"""Elements that HTML lets one leave open."""
TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)


def balanced(html: str) -> str:
    """HTML whose elements are all closed, and that closes none that it has not opened; good HTML stays as it is."""
    opened: list[str] = []
    parts, place, raw = [], 0, ""
    for tag in TAG.finditer(html):
        name = (tag[2] or "").lower()
        if raw:  # within a script or a style there are no tags
            raw = "" if tag[1] and name == raw else raw
            continue
        if not name or name in VOID or (tag[3] or "").endswith("/"):
            continue
        if not tag[1] and name in ("script", "style", "textarea"):
            raw = name if f"</{name}" in html[tag.end() :].lower() else ""
        elif not tag[1]:
            opened.append(name)
        elif name in opened:
            inner = opened[len(opened) - opened[::-1].index(name) :]
            del opened[len(opened) - len(inner) - 1 :]
            parts += [html[place : tag.start()], *(f"</{one}>" for one in reversed(inner) if one not in OPTIONAL)]
            place = tag.start()
        else:
            parts.append(html[place : tag.start()])
            place = tag.end()
    closing = (f"</{name}>" for name in reversed(opened) if name not in OPTIONAL or "table" in opened)
    return "".join([*parts, html[place:], *closing])


class Found(HTMLParser):
    """Pictures without alternative text, and whatever a page would fetch, as faults: what, fix, and the tag's text."""

    def __init__(self, html: str):
        super().__init__()
        self.faults: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        given = {name: (value or "").strip() for name, value in attrs}
        text = self.get_starttag_text() or ""
        if tag == "img" and not given.get("alt"):
            self.faults.append(("a picture has no alternative text", "say in its alt attribute what it shows", ""))
        if tag == "meta":
            self.faults.append(("<meta> would change what the page is", "leave it out of what the cell displays", text))
        if tag in PAGES and not {"src", "data"} & given.keys():
            self.faults.append((f"<{tag}> holds a page of its own", "show a picture of it", text))
        fetched = [given[name] for name in sorted(FETCHING & given.keys())]
        fetched += [given["href"]] if tag in ("link", "image", "use") and "href" in given else []
        for address in fetched:
            if tag in PAGES or not address.startswith(("data:", "#")):
                what = f"<{tag}> would fetch {address[:80]!r}, and a report is one file that fetches nothing"
                fix = "put the thing itself into the notebook, as an output or an attachment"
                self.faults.append((what, fix, text))
