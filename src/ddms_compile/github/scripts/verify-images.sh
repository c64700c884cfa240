#!/usr/bin/env bash
# Stops a release with an image that the pipeline of the deployed branch has not signed.
#
# REGISTRY  registry of ECR
# IMAGES    one a line: repository in ECR, tag, digest
# IDENTITY  of the workflow, which the certificate must name
set -euo pipefail
: "${REGISTRY:?}" "${IMAGES:?}" "${IDENTITY:?}"

bad=""
while read -r repository tag digest; do
  if [[ ! $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
    echo "::error title=Not signed::$repository:$tag has no digest."
    bad=yes
  elif ! cosign verify --certificate-identity "$IDENTITY" \
    --certificate-oidc-issuer https://token.actions.githubusercontent.com "$REGISTRY/$repository@$digest" >/dev/null; then
    echo "::error title=Not signed::$repository:$tag has no signature of $IDENTITY that can be verified. It is not deployed."
    bad=yes
  fi
done <<<"$IMAGES"
if [[ -n $bad ]]; then exit 1; fi
echo "All images are signed by $IDENTITY"
