from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.reporting.page.markup import OPTIONAL, VOID, balanced

PIECES = [
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<p>",
    "<br>",
    "<img/>",
    "x",
]
PIECES += ["<!-- <div> -->", "<span class='a>b'>", "</span>", "<script>'</div>'</script>", "<style>b > i {}</style>"]


class Depth(HTMLParser):
    """How many elements are left open, and how many are closed that were not."""

    def __init__(self, html):
        super().__init__()
        self.open, self.stray = [], 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID | OPTIONAL:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag in VOID | OPTIONAL:
            return
        if self.open[-1:] == [tag]:
            self.open.pop()
        else:
            self.stray += 1


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_everything_is_closed_and_nothing_else(html):
    found = Depth(balanced(html))
    assert (found.open, found.stray) == ([], 0)
    assert balanced(balanced(html)) == balanced(html)


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table><p>after</p>",
        "<ul><li>a<li>b</ul>",
        "<p>one<p>two",
        "a < b and <3",
        "<style>a > b {}</style><svg><path d='M0'/></svg>",
    ],
)
def test_good_html_stays_as_it_is(html):
    assert balanced(html) == html
