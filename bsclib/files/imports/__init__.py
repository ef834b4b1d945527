"""Other people's workbooks and CSV files: their cells, what each column means, and the scorecard that comes of them."""
