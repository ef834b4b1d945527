"""Is this link real? The strategy map's claims of cause and effect, tested on the actuals.

`links.link_evidence` answers for a scorecard; `engine.examine` does the same for plain arrays.
"""
