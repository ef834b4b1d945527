"""How soon `bsc study quiz` asks, beside importing what every command needs; and what else study takes.

Each in a fresh interpreter with nothing to type, so that the quiz ends after its first question; medians of runs taken
in turn. The progress file is an empty folder's.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 9
BARE = ["-c", "import click, yaml, rich"]
QUIZ = ["-m", "bsclib", "study", "quiz", "-n", "5", "--seed", "1"]
OTHERS = {
    "bsc study quiz, what is due": ["-m", "bsclib", "study", "quiz"],
    "bsc study quiz arithmetic, first of them numeric": ["-m", "bsclib", "study", "quiz", "arithmetic", "--seed", "3"],
    "bsc study exam --like cobit-foundation": [
        "-m",
        "bsclib",
        "study",
        "exam",
        "--like",
        "cobit-foundation",
        "--seed",
        "7",
    ],
    "bsc study progress": ["-m", "bsclib", "study", "progress"],
    "bsc study cards": ["-m", "bsclib", "study", "cards", "-o", os.devnull],
    "bsc study questions export --moodle": [
        "-m",
        "bsclib",
        "study",
        "questions",
        "export",
        "--moodle",
        "-o",
        os.devnull,
    ],
}


def seconds(arguments: list[str], home: str) -> float:
    """How long a fresh interpreter takes."""
    env = {**os.environ, "XDG_DATA_HOME": home}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env, check=True
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the ratio, and seconds."""
    with tempfile.TemporaryDirectory() as home:
        for arguments in (BARE, QUIZ):
            seconds(arguments, home)
        rounds = [(seconds(BARE, home), seconds(QUIZ, home)) for _ in range(ROUNDS)]
        ratio = statistics.median(quiz / bare for bare, quiz in rounds)
        print("study, in a fresh interpreter")
        print(f"  bsc study quiz / import click, yaml, rich           {ratio:5.2f}   (at most 3)")
        for name, arguments in OTHERS.items():
            arguments = [f"{home}/out" if each == os.devnull else each for each in arguments]
            print(f"  {name:<50}  {statistics.median(seconds(arguments, home) for _ in range(3)):5.2f} s")


if __name__ == "__main__":
    main()
