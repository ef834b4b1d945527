"""Where the data and the notebooks that ship with the kit are."""

from __future__ import annotations

from pathlib import Path

from bsclib.errors import BscError, Fault


def shipped() -> Path:
    """The folder that holds ``datasets/`` and ``notebooks/``: inside an installed package, else the checkout.

    Returns
    -------
    Path

    Raises
    ------
    BscError
        When neither is there.
    """
    package = Path(__file__).parents[1]
    if (package / "_shipped").is_dir():
        return package / "_shipped"
    if (package.parent / "datasets").is_dir():
        return package.parent
    raise BscError(Fault(str(package), "the data sets that ship are not installed", fix="install bsclib again"))
