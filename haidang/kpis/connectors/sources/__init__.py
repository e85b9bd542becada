"""What actuals are fetched from: each source asks one kind of system, and knows nothing of
KPIs, people or the database."""
