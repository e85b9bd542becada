"""Page-shaped reads of the months of KPIs."""
