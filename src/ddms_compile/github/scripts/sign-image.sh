#!/usr/bin/env bash
# Signs an image that this run has pushed by digest, and tags it only afterwards. Tags are immutable: an image with a tag
# but no signature could neither be released nor built again.
#
# REGISTRY    registry of ECR, REGION its region
# REPOSITORY  TAG DIGEST of the image
# IDENTITY    of the workflow, which the certificate must contain
set -euo pipefail
: "${REGISTRY:?}" "${REGION:?}" "${REPOSITORY:?}" "${TAG:?}" "${DIGEST:?}" "${IDENTITY:?}"

image="$REGISTRY/$REPOSITORY@$DIGEST"
cosign sign --yes "$image"
cosign verify --certificate-identity "$IDENTITY" --certificate-oidc-issuer https://token.actions.githubusercontent.com "$image" >/dev/null

found="$(aws ecr batch-get-image --region "$REGION" --repository-name "$REPOSITORY" --image-ids "imageDigest=$DIGEST" --output json)"
given="$(jq --arg tag "$TAG" --arg digest "$DIGEST" '
  if (.images | length) != 1 then error("ECR has no image \($digest)") else .images[0] end
  | {repositoryName, imageManifest, imageManifestMediaType, imageDigest: $digest, imageTag: $tag}' <<<"$found")"
aws ecr put-image --region "$REGION" --cli-input-json file:///dev/stdin <<<"$given" >/dev/null
echo "$REPOSITORY:$TAG is signed by $IDENTITY"
