import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks_made import png

from bsclib.errors import ReportError
from bsclib.plots.palette import contrast
from bsclib.reporting.brand import Brand, css_text, read_brand

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1" fill="#123456"/></svg>'


@pytest.fixture
def styled(tmp_path):
    """Write a house style and what lies beside it, and read it."""

    def read(text, **beside):
        for name, content in beside.items():
            file = tmp_path / name.replace("_", ".")
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "house.yaml").write_text(text, encoding="utf-8")
        return read_brand(tmp_path / "house.yaml")

    return read


def refused(styled, text, **beside):
    with pytest.raises(ReportError, match=r"house\.yaml") as caught:
        styled(text, **beside)
    return [str(fault) for fault in caught.value.faults]


def test_everything_in_one_file(styled):
    house = styled(
        'name: Northwind\nlogo: logo.svg\ncolours: {band: "#5B1A3A", accent: "#f2b134", link: "#8a1f55"}\n'
        'numbers:\n  decimal_mark: ","\n  thousands: " "\n',
        logo_svg=SVG,
    )
    assert (house.name, house.band, house.accent, house.link) == ("Northwind", "#5b1a3a", "#f2b134", "#8a1f55")
    assert house.logo.startswith("data:image/svg+xml;base64,")
    assert (house.decimal_mark, house.thousands) == (",", "\u202f")
    assert styled('numbers: {decimal_mark: ","}').thousands == "\u202f"


def test_everything_may_be_left_out(styled):
    assert styled("name: N\nlogo:\ncolours:\n") == Brand(name="N")
    assert Brand().css == ""
    assert Brand().write("1,234.5") == "1,234.5"


def test_a_remark_changes_nothing_and_a_colour_does(styled):
    plain = styled('colours: {link: "#8a1f55"}').sha256
    assert styled('# ours\ncolours:\n  link: "#8a1f55"\n').sha256 == plain
    assert styled('colours: {link: "#8a1f54"}').sha256 != plain


def test_a_png_is_taken_as_it_is(styled):
    import base64

    data = base64.b64decode(png(4, 4))
    assert styled("logo: logo.png", logo_png=data).logo == f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_all_faults_come_at_once_with_their_lines(styled):
    text = (
        'nme: x\nlogo: ../x.svg\ncolours: {band: "#7e7e7e", accent: red, link: "#ffee00"}\n'
        'numbers:\n  decimal_mark: ";"\n  mark: "."\n'
    )
    said = refused(styled, text)
    assert [re.match(r"house\.yaml, line (\d)", one)[1] for one in said] == ["1", "6", "2", "3", "3", "3", "5"]
    assert "did you mean 'name'?" in said[0]
    assert "lies elsewhere" in said[2]
    assert "neither dark nor white text can be read on it: their contrast is 4" in said[3]
    assert "write it in quotes" in said[4]
    assert "a link in it cannot be read on white: its contrast is 1.1" in said[5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [a]", "the name is one line of text"),
        ("name: a\u202eb", r"the character U\+202E turns the direction of the words around it: leave it out"),
        ("colours: red", "colours is a mapping of fields"),
        ('colours: {accent: "#ffffff", band: "#f0f0f0"}', "it is seen neither on white nor on the band"),
        ('numbers: {decimal_mark: ",", thousands: ","}', "one mark cannot mean both"),
        ("numbers: {thousands: 3}", "no number is written so here"),
        ("logo: logo.gif", "this is not a picture"),
        ("logo: lgo.svg", r"cannot be read.*did you mean 'logo\.svg'"),
        ("logo: big.png", "the logo is too large"),
        ("logo: odd.png", "the file is not a PNG picture"),
        ("- a", "a house style is a mapping of fields"),
        ("", "the file is empty"),
    ],
)
def test_what_is_wrong_is_said(styled, text, said):
    beside = {"logo_svg": SVG, "odd_png": SVG, "big_png": b"\x89PNG\r\n\x1a\n" + bytes(200_000)}
    assert re.search(said, refused(styled, text, **beside)[0])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ReportError, match=r"none\.yaml: this cannot be read"):
        read_brand(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        (SVG.replace("<rect", "<script>alert(1)</script><rect"), "holds <script>"),
        (SVG.replace("<rect", '<rect onclick="x()"'), "holds onclick"),
        (SVG.replace("<rect", '<image href="https://example.org/a.png"/><rect'), "holds <image>"),
        (SVG.replace("<rect", '<image href="data:image/svg+xml;base64,aaaa"/><rect'), "holds <image>"),
        (SVG.replace("<rect", '<use href="https://example.org/a.svg#b"/><rect'), "holds href"),
        (SVG.replace("<rect", "<style>@\\69mport 'https://example.org/a.css';</style><rect"), "would fetch"),
        (SVG.replace("<rect", "<style>rect { fill: u\\72l(https://example.org/a) }</style><rect"), "would fetch"),
        (SVG.replace("<rect", '<rect style="fill: url( https://example.org/a )"'), "would fetch"),
        (SVG.replace("<rect", '<a href="https://example.org"/><rect'), "holds <a>"),
        (SVG.replace("<rect", "<animate/><rect"), "holds <animate>"),
        ('<?xml-stylesheet href="https://example.org/a.css"?>' + SVG, "a style sheet"),
        (SVG.replace("<rect", "<style>@import 'a.css';</style><rect"), "would fetch"),
        (SVG.replace('fill="#123456"', 'fill="url(https://example.org/a)"'), "would fetch"),
        (SVG.replace("<rect", """<rect mask="image-set('https://example.org/a' 1x)\""""), "would fetch"),
        (SVG.replace("<rect", "<style>rect { fill: SRC('https://example.org/a') }</style><rect"), "would fetch"),
        (SVG.replace("<rect", "<foreignObject/><rect"), "holds <foreignObject>"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "declares a document type"),
        ("<html/>", "not SVG"),
        ("<svg", "not SVG"),
    ],
)
def test_a_logo_is_a_picture_and_nothing_else(styled, svg, said):
    assert said in refused(styled, "logo: logo.svg", logo_svg=svg)[0]


def test_a_gradient_within_the_logo_is_fine(styled):
    filled = SVG.replace('fill="#123456"', 'fill="url(#g)"').replace(
        "<rect", '<linearGradient id="g"/><use href="#g"/><rect'
    )
    assert styled("logo: logo.svg", logo_svg=filled).logo


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_link_can_be_read_in_the_dark_too(channels):
    colour = "#{:02x}{:02x}{:02x}".format(*channels)
    lightened = re.search(r"dark\) \{.*--link: (#\w+)", Brand(link=colour).css)
    assert contrast(lightened[1] if lightened else colour, "#10181d") >= 7


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1,234.5 h", "1.234,5 h"),
        ("−0.5", "−0,5"),
        ("+2.7 %", "+2,7 %"),
        ("12,345,678", "12.345.678"),
        ("2026", "2026"),
        ("2026-06", "2026-06"),
        ("version 1.2.3", "version 1.2.3"),
        ("12,5", "12,5"),
        ("A1.5", "A1.5"),
        ("3.0 h to 4.5 h", "3,0 h to 4,5 h"),
        ("&#39;", "&#39;"),
    ],
)
def test_only_the_marks_within_a_number_change(text, written):
    assert Brand(decimal_mark=",", thousands=".").write(text) == written


@given(st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from(["{:,.2f}", "{:,.0f}", "{:.3f}"]))
def test_a_number_can_be_read_back(number, form):
    text = form.format(number)
    written = Brand(decimal_mark=",", thousands=".").write(text)
    assert written.replace(".", "").replace(",", ".") == text.replace(",", "")


@given(st.text(max_size=100))
def test_no_text_gets_out_of_a_style_sheet(text):
    assert re.fullmatch(r'"[\w\\ ]*"', css_text(text), re.ASCII)


DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="10" version="1.1">
<title>Northwind</title><style type="text/css">.a { fill: url(#g); font: 700 1px sans-serif; }</style>
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="0" gradientUnits="userSpaceOnUse" spreadMethod="pad">
<stop offset="0" stop-color="#123456" style="stop-opacity:1"/></linearGradient>
<clipPath id="c"><rect x="0" y="0" width="4" height="1" rx="1" ry="1"/></clipPath></defs>
<g id="layer(1)" class="a" transform="translate(1 2) rotate(3)" clip-path="url(#c)" fill-rule="evenodd">
<path d="M0 0h4v1z" stroke-width=".1" fill="none"/><use xlink:href="#c" x="1"/>
<text x="1" y="1" text-anchor="middle" font-family="Arial">N<tspan dx="1" letter-spacing="1">W</tspan></text>
</g></svg>"""


def test_a_logo_as_drawing_programs_write_it_is_taken(styled):
    assert styled("logo: logo.svg", logo_svg=DRAWN).logo
