import pytest

from bsclib.scoring.steps import Step


@pytest.mark.parametrize(
    ("reckoning", "brief"),
    [
        ("0.5 × 66.484585 = 33.242293 of its 83.242293 points", "0.5 × 66.5 = 33.2 of its 83.2 points"),
        ("(23.48881 - 36) / -18.818182 = 0.664846", "(23.5 - 36) / -18.8 = 0.665"),
        ("1,659.196 / 7,983 = 0.207841", "1,659.2 / 7,983 = 0.208"),
        ("off target, because 0.699999 is below 0.7", "off target, because 0.699999 is below 0.7"),
        ("0.0012346 / 1e-07", "0.00123 / 1e-07"),
        ("10.001 + 10.002", "10.001 + 10.002"),
        ("of v1.234.5 and 3.14", "of v1.234.5 and 3.14"),
        ("(99.83976 - 99.3) / (99.9 - 99.3) = 0.89960", "(99.84 - 99.3) / (99.9 - 99.3) = 0.8996"),
        ("(13.219 - -20) / 43.969 = 0.75553", "(13.2 + 20) / 44 = 0.756"),
        ("weight 2, a share of 0.333333 × score 72.796 = 24.265", "weight 2, a share of 0.333 × score 72.8 = 24.3"),
    ],
    ids=["score", "attainment", "thousands", "edge", "small", "alike", "short", "redone", "minus", "share"],
)
def test_a_page_shows_no_more_digits_than_a_person_says(reckoning, brief):
    """Rounding never makes two numbers of a line look like one."""
    assert Step("Score", reckoning).brief == brief
