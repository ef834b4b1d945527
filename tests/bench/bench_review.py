"""Time of a review of the case's scorecard, with its actuals and the one above it, beside reading and scoring them."""

import statistics

from made import seconds

from bsclib import read_actuals, read_scorecard, score
from bsclib.design import check_scorecard

ROUNDS = 7


def main() -> None:
    """Print the ratio."""
    card, above = read_scorecard("meridian"), read_scorecard("enterprise")
    actuals = read_actuals("meridian", card)

    def read() -> None:
        again = read_scorecard("meridian")
        score(again, read_actuals("meridian", again))

    def review() -> None:
        check_scorecard(card, actuals, above=above)

    review(), read()
    print("review of Meridian Freight IT")
    ratio = statistics.median(seconds(review) / seconds(read) for _ in range(ROUNDS))
    print(f"  review / reading and scoring           {ratio:5.2f}   (at most 3)")


if __name__ == "__main__":
    main()
