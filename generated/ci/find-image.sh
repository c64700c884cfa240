#!/usr/bin/env bash
# Finds an image that an earlier attempt has pushed: tags are immutable, so the image is reused and not built again.
#
# REGION REPOSITORY TAG  of the image in ECR
# GITHUB_OUTPUT          receives `digest=sha256:…`, or `digest=` if there is none yet
set -euo pipefail
: "${REGION:?}" "${REPOSITORY:?}" "${TAG:?}" "${GITHUB_OUTPUT:?}"

said="$(mktemp)"
trap 'rm -f "$said"' EXIT

code=0
digest="$(aws ecr describe-images --region "$REGION" --repository-name "$REPOSITORY" \
  --image-ids "imageTag=$TAG" --query 'imageDetails[0].imageDigest' --output text 2>"$said")" || code=$?
# Only one error means that there is none. Any other (access denied, throttling, no network) is not an answer.
if ((code != 0)); then
  cat "$said" >&2
  grep --quiet --fixed-strings '(ImageNotFoundException)' "$said" || exit "$code"
  digest=""
elif [[ $digest != sha256:* ]]; then
  echo "::error title=No digest::ECR returned $digest for $REPOSITORY:$TAG"
  exit 1
fi
echo "digest=$digest" >>"$GITHUB_OUTPUT"
