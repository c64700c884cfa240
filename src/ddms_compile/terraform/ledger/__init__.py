"""The addresses of earlier builds: renames become `moved` blocks, losses are refused."""
