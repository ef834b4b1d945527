"""Causality."""
