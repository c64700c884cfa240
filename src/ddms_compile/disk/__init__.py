"""The one way to the disk for the working folder, the cache, the output, and what users write.

`door` opens, reads, writes and renames without following a link; `reader` reads state files of a known shape;
`inputs` reads what users wrote; `working` says whether the working folder may be used; `private` finds a cache and
temporary folders that are nobody else's. No other module opens files for these; a test finds one that does.
"""
