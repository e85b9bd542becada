"""What may be done to the months of KPIs, and to many KPIs at once."""
