"""Tickets, changes and projects out of other systems' exports, as one tidy table."""
