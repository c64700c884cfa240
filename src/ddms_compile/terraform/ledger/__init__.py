"""The ledger of addresses of earlier builds: renames become `moved` blocks, losses are errors."""
