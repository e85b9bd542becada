"""Actuals fetched from the company's own systems."""
