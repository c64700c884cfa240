"""What the tests of the pipeline and of the runbook share."""
