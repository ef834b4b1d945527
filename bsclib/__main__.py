"""`python -m bsclib` is the `bsc` command."""

from bsclib.cli.commands import main

if __name__ == "__main__":
    main(prog_name="bsc")
