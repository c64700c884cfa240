#!/usr/bin/env bash
# Fails a release if ECR's scan, which starts with each push, found critical vulnerabilities in its images.
#
# REGION    of ECR
# IMAGES    one per line: repository in ECR, tag, digest
# ACCEPTED  one per line: an accepted vulnerability and its expiry date; may be empty
# PATIENCE  seconds to wait for a scan; default 900
set -euo pipefail
: "${REGION:?}" "${IMAGES:?}"

said="$(mktemp)"
trap 'rm -f "$said"' EXIT
today="$(date --utc +%F)"

# ECR scans the images of an index, not the index. Attestations, whose platform is unknown, are not images.
parts() {
  aws ecr batch-get-image --region "$REGION" --repository-name "$1" --image-ids "imageDigest=$2" --output json |
    jq --raw-output --arg digest "$2" '
      if .images == [] then error("ECR has no image \($digest)") else .images[0].imageManifest | fromjson end
      | [.manifests[]? | select(.platform.os != "unknown") | .digest]
      | if . == [] then $digest else .[] end'
}

# The findings as JSON, once the scan is complete.
findings() {
  local code waited=0 found status
  while :; do
    code=0
    found="$(aws ecr describe-image-scan-findings --region "$REGION" --repository-name "$1" \
      --image-id "imageDigest=$2" --output json 2>"$said")" || code=$?
    if ((code != 0)); then
      # The scan has not started. Any other error (access denied, throttling, no network) is not an answer.
      if ! grep --quiet --fixed-strings '(ScanNotFoundException)' "$said"; then
        cat "$said" >&2
        return "$code"
      fi
      status=PENDING
    else
      status="$(jq --raw-output .imageScanStatus.status <<<"$found")"
    fi
    case "$status" in
      COMPLETE | ACTIVE)
        echo "$found"
        return
        ;;
      PENDING | IN_PROGRESS | SCAN_ELIGIBILITY_EXPIRED) ;;
      *)
        echo "::error title=No scan::The scan of $1@$2 ended with the status $status." >&2
        return 1
        ;;
    esac
    if ((waited >= ${PATIENCE:-900})); then
      echo "::error title=No scan::There is no scan of $1@$2 after $waited s." >&2
      return 1
    fi
    sleep 15
    waited=$((waited + 15))
  done
}

accepted="$(jq --raw-input --slurp --arg today "$today" '
  [split("\n")[] | select(. != "") | split(" ") | select(.[1] >= $today) | .[0]]' <<<"${ACCEPTED:-}")"
bad=""
while read -r repository tag digest; do
  digests="$(parts "$repository" "$digest")"
  while read -r part; do
    found="$(findings "$repository" "$part")"
    critical="$(jq --raw-output --argjson accepted "$accepted" '
      [(.imageScanFindings.findings[]? | select(.severity == "CRITICAL") | .name),
       (.imageScanFindings.enhancedFindings[]? | select(.severity == "CRITICAL") | .packageVulnerabilityDetails.vulnerabilityId)]
      | unique - $accepted | .[]' <<<"$found")"
    if [[ -n $critical ]]; then
      echo "::error title=Critical vulnerabilities::$repository:$tag has ${critical//$'\n'/, }. Build it on a newer base image, or accept them for a limited time: [[policy.vulnerabilities]]."
      bad=yes
    fi
  done <<<"$digests"
done <<<"$IMAGES"
if [[ -n $bad ]]; then exit 1; fi
echo "No critical vulnerabilities except accepted ones."
