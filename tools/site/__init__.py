"""A site of the lessons, the guides and the API."""
