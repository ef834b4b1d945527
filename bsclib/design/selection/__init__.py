"""Which KPIs: judge candidates against criteria, weigh the criteria, and choose the few that will steer.

Experts' views go in as pairwise judgements (`judgements`) or ratings of influence (`influence`), the data's own view as
entropy weights (`criteria`) and `redundancy`. Every function takes tables and returns tables; nothing is drawn or read
from files.
"""
