"""File access to the working folder, the cache, the output and the project; no other module opens files for these.

`door` opens, reads, writes and renames without following links; `reader` parses state files of a known shape; `inputs`
reads project files; `working` checks whether the working folder can be trusted; `private` finds private cache and
temporary folders. A test fails for file access elsewhere.
"""
