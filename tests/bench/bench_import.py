"""Time of `import bsclib` beside `import pandas`, each in a fresh interpreter; medians of runs taken in turn."""

import statistics
import subprocess
import sys
import time

ROUNDS = 9


def seconds(statement: str) -> float:
    """How long a fresh interpreter takes to run a statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the ratios."""
    everything = "from bsclib import Scorecard, score, explain, read_scorecard"
    for statement in ("import pandas", "import bsclib", everything):
        seconds(statement)
    rounds = [(seconds("import pandas"), seconds("import bsclib"), seconds(everything)) for _ in range(ROUNDS)]
    print("import in a fresh interpreter")
    bare = statistics.median(b / a for a, b, _ in rounds)
    print(f"  import bsclib / import pandas          {bare:5.2f}   (at most 1.3)")
    print(f"  ... with its nouns and verbs in use    {statistics.median(c / a for a, _, c in rounds):5.2f}")


if __name__ == "__main__":
    main()
