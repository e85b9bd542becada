"""Databases of others: what their addresses say, and connections that can only be asked."""
