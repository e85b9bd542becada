"""Everything that is kept, in one file, and back again: whole or not at all.

`archive` is the file, `sqlite` and `postgresql` know their database, `make` and `restore` are
the two ways, `swap` is the moment at which the restored takes the place of the former.
"""
