"""Any list as a table: columns of choice, groups, order, bulk changes, export."""
