"""The scorecard linter: what is unwise about a scorecard, why, what to do about it, and who says so.

What would make scoring impossible is an error of the files and the model. What is left can be scored, and may still be
unwise: that is what a review finds. Each rule is a small function that yields where and what, with its words beside it.
"""
