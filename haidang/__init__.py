"""Haidang keeps everybody in a company working toward the same strategy, and shows it."""

__version__ = "0.1.0.dev0"
