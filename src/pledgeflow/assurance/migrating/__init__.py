"""Whether streams in flight can go over to other rules, and what that does to them.

mapping     the file that says what everything is called by the other rules
reading     from the file to a migration, held against both policies
checking    whether nothing is forgotten and nobody is stranded
reaching    whether a stream can still come to its end
surveying   how many go, from where to where, and what changes for them
"""
