"""Actuals."""
