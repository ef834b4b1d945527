"""The decision memo: one page on one decision, from what scenarios would do to what would change our mind."""
