"""How Sphinx builds the site: nothing on a page asks the network for anything, and it reads from a folder as well."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import bsclib
from bsclib.plots.palette import AT_NIGHT
from bsclib.reporting.page import formulas

project = "The IT balanced scorecard"
copyright = "the bsclib contributors; MIT licence"
release = bsclib.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]

html_theme = "pydata_sphinx_theme"
html_title = project
html_copy_source = False
html_show_search_summary = False  # from a folder a page may not read another one
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {
    "navbar_align": "left",
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_math_renderer = "mathml"

myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "cache"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
suppress_warnings = ["mystnb.unknown_mime_type"]  # what batches read, and people do not
nb_ipywidgets_js: dict[str, Any] = {}  # nobody is at the controls: each explorer leaves its picture

autodoc_typehints = "none"  # the docstrings say them
numpydoc_show_class_members = False


def _inline(translator: Any, node: nodes.math) -> None:
    """Write a formula as MathML, which browsers draw by themselves."""
    translator.body.append(formulas.inline(node.astext()))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, which scrolls, by the keyboard too, where it is too wide."""
    translator.body.append(f'<div class="scrolls" tabindex="0">{formulas.block(node.astext())}</div>')
    raise nodes.SkipNode


_render_image = NbElementRenderer.render_image


def _image(renderer: NbElementRenderer, data: MimeData) -> list[nodes.Element]:
    """Write a picture with the words that it carries; myst_nb keeps its size only."""
    images = _render_image(renderer, data)
    for image in images:
        image["alt"] = data.output_metadata.get(data.mime_type, {}).get("alt", "")
    return images


DARK = f'html[data-theme="dark"] .bd-content div.cell_output img {{ background: none; padding: 0; {AT_NIGHT} }}'


def _pictures_at_night(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Let pictures be dark where a page is."""
    context["metatags"] = f"{context.get('metatags', '')}<style>{DARK}</style>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what is ours."""
    app.add_lexer("csv", TextLexer)
    app.connect("html-page-context", _pictures_at_night)
    NbElementRenderer.render_image = _image
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
