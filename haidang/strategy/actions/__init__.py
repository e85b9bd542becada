"""Every write of the strategy's pages."""
