"""An executed notebook as one page of HTML: the page itself, its tables and its formulas."""
