#!/usr/bin/env bash
# Fails a release if an image is not signed by the pipeline of the deployed branch.
#
# REGISTRY  registry of ECR
# IMAGES    one per line: repository in ECR, tag, digest
# IDENTITY  of the workflow, which the certificate must contain
set -euo pipefail
: "${REGISTRY:?}" "${IMAGES:?}" "${IDENTITY:?}"

bad=""
while read -r repository tag digest; do
  if [[ ! $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
    echo "::error title=Not signed::$repository:$tag has no digest."
    bad=yes
  elif ! cosign verify --certificate-identity "$IDENTITY" \
    --certificate-oidc-issuer https://token.actions.githubusercontent.com "$REGISTRY/$repository@$digest" >/dev/null; then
    echo "::error title=Not signed::$repository:$tag has no valid signature of $IDENTITY. It is not deployed."
    bad=yes
  fi
done <<<"$IMAGES"
if [[ -n $bad ]]; then exit 1; fi
echo "All images are signed by $IDENTITY"
