"""Kernels that notebooks run on. Knows nothing of scorecards.

`jobs.open_kernels` gives a pool that runs many notebooks. One warm parent holds what they import and forks a process
for each; the cells run inside that process, on ipykernel's own kernel without its sockets. A second clean process
finishes each report. Where a process cannot be forked safely the same jobs run on ordinary kernels.
"""
