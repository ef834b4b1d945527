"""The question bank: read it, look it over, draw a paper from it."""
