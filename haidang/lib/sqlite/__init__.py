"""Django's SQLite backend with durable commits and a fair queue in front of the write lock."""
