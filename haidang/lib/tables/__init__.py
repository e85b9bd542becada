"""Tables in files that people and programs saved: CSV of every make, XLSX; bounded before they
are read, and without trusting what a file says of itself."""
