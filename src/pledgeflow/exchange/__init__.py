"""A whole jurisdiction as a file, and back: JSON Lines, one record a line. Above service.

lines      a record as a line of text that says itself whether it is whole; pure
kinds      what stands in a file, and how a row of a table is a record
exporting  from a database to lines
checks     whether a record can be what it says
writing    puts records into a database, and what is derived of them
importing  from lines to a database, all or nothing
"""
