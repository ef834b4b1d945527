"""papermill's engine ``bsclib``, as papermill finds it: ``papermill in.ipynb out.ipynb --engine bsclib``.

papermill loads every engine while it is being imported itself, so this module loads nothing else before it is asked.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine


class WarmEngine(Engine):  # type: ignore[misc]
    """Runs a notebook on a kernel that is forked from a warm parent; see `bsclib.batch.kernels.engine`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run the cells."""
        from bsclib.batch.kernels.engine import run_notebook

        return run_notebook(nb_man, kernel_name, **kwargs)
