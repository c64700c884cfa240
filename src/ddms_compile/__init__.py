"""ddms-compile: TOML environments in, Terraform, Helm, Kubernetes, compose and CI out."""

__version__ = "0.1.0"
