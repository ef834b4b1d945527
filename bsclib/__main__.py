"""`python -m bsclib` is the `bsc` command."""

import sys
import warnings


def main() -> None:
    """Run the command; what a library remarks in passing is for those who change it, and is told with -W or --debug."""
    if not sys.warnoptions and "--debug" not in sys.argv:
        warnings.simplefilter("ignore")
    try:
        from bsclib.cli.commands import main as command
    except KeyboardInterrupt:  # its imports take a moment
        sys.exit(130)
    command(prog_name="bsc")


if __name__ == "__main__":
    main()
