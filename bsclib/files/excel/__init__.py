"""A scorecard as one Excel workbook, a sheet a table: the sheets themselves, and how they are read and written."""
