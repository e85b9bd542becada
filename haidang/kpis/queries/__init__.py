"""What pages of KPIs show."""
