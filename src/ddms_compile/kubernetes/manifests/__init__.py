"""Manifests: what the cluster receives, rendered by the real Helm."""
