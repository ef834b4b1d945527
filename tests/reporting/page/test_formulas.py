import re

import pytest

from bsclib.reporting.page import formulas

TEX = [
    r"\frac{\text{actual} - \text{floor}}{\text{expected} - \text{floor}}",
    r"\sum_{i=1}^{n} w_i s_i",
    r"\sqrt[3]{x+1} \le 50\,\%",
    r"x < 1 \quad \{a\}",
    r"\begin{cases} 1 & x \ge 0 \\ 0 & \text{else}\end{cases}",
    r"\begin{align} a &= b \label{eq:a} \\ c &= d \nonumber \end{align}",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    r"\hat{\beta} = (X^\top X)^{-1} X^\top y",
    r"\int_0^\infty e^{-x}\,dx",
    r"\operatorname*{arg\,max}_x f(x)",
    r"\mathbb{E}[X] \sim \mathcal{N}(\mu, \sigma^2)",
    r"\underbrace{a+b}_{c} \binom{n}{k} \overset{a}{=} \lim_{x\to 0}",
    "<script>",
]


@pytest.mark.parametrize("tex", TEX)
def test_a_formula_is_mathml_with_its_source(tex):
    made = formulas.inline(tex)
    assert re.fullmatch(r'<math alttext="[^"]*" [^>]*display="inline">.*</math>', made, re.DOTALL)
    assert "\\" not in made.partition(">")[2]
    assert "<script>" not in made
    assert 'display="block"' in formulas.block(tex)


@pytest.mark.parametrize("tex", [r"\unheard{x}", r"\frac{a", r"\ce{H2O}", "}{"])
def test_what_is_not_known_is_shown_as_it_was_written(tex):
    assert formulas.inline(tex) == f'<code class="formula">{tex}</code>'


def test_a_fraction_keeps_its_halves_apart():
    assert "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>" in formulas.inline(r"\frac{a}{b}")


def test_on_paper_it_is_a_picture_with_its_source():
    pytest.importorskip("ziamath")
    made = formulas.as_pictures(f"<p>{formulas.inline(TEX[3])}</p>")
    assert made.startswith('<p><img class="formula" style="vertical-align: ')
    assert 'alt="x &lt; 1 \\quad \\{a\\}"' in made
    assert formulas.as_pictures("<p>none</p>") == "<p>none</p>"
