"""People, units and goals from spreadsheets and into them: read, checked, shown, written.

A file becomes a table (`files`), its header columns (`columns`), its rows wishes with every
reason why they cannot be had (`goals`, `units`, `people`). Checking and writing are the same
code: what is checked is thrown away, what is written goes into one transaction.
"""
