"""A company's spreadsheet of 1,500 lines, made for the purpose, with the mistakes that people
make. `python -m tests.spreadsheets` writes it to docs/tours/samples."""
