#!/usr/bin/env bash
# Tags the deployed images so that ECR's lifecycle policy retains them. It runs before each push, so no newer image can
# expire them.
#
# GITHUB_REPOSITORY  owner/name
# REGION             of ECR
# IMAGES             one per line: environment, repository in ECR, and the suffix after the commit in the tag (or nothing)
# GH_TOKEN           may read deployments
set -euo pipefail
: "${GITHUB_REPOSITORY:?}" "${REGION:?}" "${IMAGES:?}" "${GH_TOKEN:?}"

# The commit of the newest successful deployment; empty before the first.
running() {
  local deployments id commit worked
  deployments="$(gh api "repos/$GITHUB_REPOSITORY/deployments?environment=$1&per_page=50" | jq --raw-output '.[] | "\(.id) \(.sha)"')"
  while read -r id commit; do
    [[ -n $id ]] || continue
    worked="$(gh api "repos/$GITHUB_REPOSITORY/deployments/$id/statuses?per_page=100" | jq 'any(.[]; .state == "success")')"
    if [[ $worked == true ]]; then
      echo "$commit"
      return
    fi
  done <<<"$deployments"
}

image() { aws ecr batch-get-image --region "$REGION" --repository-name "$1" --image-ids "imageTag=$2" --output json; }

while read -r environment repository suffix; do
  commit="$(running "$environment")"
  [[ -n $commit ]] || continue
  tag="$commit$suffix"
  kept="$(image "$repository" "released-$tag")"
  found="$(image "$repository" "$tag")"
  # Any error other than "there is none" is an error.
  jq --exit-status --null-input --argjson kept "$kept" --argjson found "$found" \
    '[$kept, $found | .failures[]? | select(.failureCode != "ImageNotFound")] == []' >/dev/null
  if [[ $(jq '.images | length' <<<"$kept") != 0 ]]; then
    echo "$repository:$tag is already retained"
  elif [[ $(jq '.images | length' <<<"$found") == 0 ]]; then
    echo "::warning title=No image::$environment runs commit $commit, but $repository has no image $tag."
  else
    jq '.images[0] | {repositoryName: .repositoryName, imageManifest, imageManifestMediaType, imageTag: ("released-" + .imageId.imageTag)}' <<<"$found" |
      aws ecr put-image --region "$REGION" --cli-input-json file:///dev/stdin >/dev/null
    echo "$repository:$tag is retained for $environment"
  fi
done <<<"$IMAGES"
