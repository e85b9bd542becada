"""What is typed about the months of KPIs."""
