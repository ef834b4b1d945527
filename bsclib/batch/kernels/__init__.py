"""Kernels that notebooks run on, by papermill. Knows nothing of scorecards.

One warm parent holds what notebooks import, and forks a real ipykernel for each (`warm`, `application`, `provisioner`).
papermill runs the cells on it, by its engine ``bsclib`` (`engine`); a pool of clean workers, forked from the same
parent, hands it one notebook after another and finishes the reports (`pool`, `worker`). Where a process cannot be
forked safely the same workers start ordinary kernels.
"""
