"""Kernels that notebooks run on. Knows nothing of scorecards."""

from __future__ import annotations

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager


class ThisPython(AsyncKernelManager):
    """Starts the interpreter that is running now, whatever a notebook or a user's list of kernels says.

    A kernel called ``python3`` may be any Python that was ever installed for the user. A report must run on the one
    that holds this library, in whatever environment it was started from.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started: with no folder to look in, Jupyter describes the running interpreter."""
        if self._kernel_spec is None:
            self._kernel_spec = KernelSpecManager(kernel_dirs=[]).get_kernel_spec(NATIVE_KERNEL_NAME)
        return self._kernel_spec
