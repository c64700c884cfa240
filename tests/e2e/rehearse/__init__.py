"""The rehearsal: Terraform core plans with the real AWS provider, and applies to a made-up account.

    configuration A -> applied until nothing changes -> plan of configuration B, a verdict per resource -> applied

Offline and without credentials. `real_provider` runs the provider of the machine's filesystem mirror, `between` stands
between it and Terraform: plans are the provider's own, nothing is ever sent to AWS. `account` is the account that is
made up: what exists, which names are taken, what a deletion leaves behind. `stage` runs Terraform and reads verdicts.
"""
