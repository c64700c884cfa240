#!/usr/bin/env bash
# Ends an operation of Helm that was cut off, as by a runner that died. Until then Helm refuses each deployment:
# "another operation (install/upgrade/rollback) is in progress".
#
# NAMESPACE RELEASE  the release
# LONGEST            seconds after which no Helm can be at work on it any more
set -euo pipefail
: "${NAMESPACE:?}" "${RELEASE:?}" "${LONGEST:?}"

# An empty list is no release; an error is an error, where `helm status` would fail in both cases.
status() {
  helm list --namespace "$NAMESPACE" --filter "^$RELEASE\$" --deployed --failed --pending --uninstalling --output json |
    jq --raw-output '.[0].status // "absent"'
}

while :; do
  found="$(status)"
  case "$found" in
    pending-*) ;;
    uninstalling)
      echo "::error title=Release is stuck::$RELEASE is being uninstalled. Finish that first: see \"Release is stuck\" in the runbook."
      exit 1
      ;;
    *) exit 0 ;;
  esac
  began="$(helm status "$RELEASE" --namespace "$NAMESPACE" --output json | jq --raw-output .info.last_deployed)"
  since="$(date --date="$began" +%s)"
  age=$(($(date +%s) - since))
  if ((age >= LONGEST)); then break; fi
  echo "$RELEASE is $found since $began. Somebody may be at work on it: wait until it ends, or is $LONGEST s old."
  sleep 20
done

good="$(helm history "$RELEASE" --namespace "$NAMESPACE" --max 256 --output json | jq --raw-output '
  ([.[] | select(.status == "deployed")] | last) // ([.[] | select(.status == "superseded")] | last)
  | .revision // empty')"
if [[ -n $good ]]; then
  echo "::warning title=Release was stuck::$RELEASE was $found since $began. It goes back to revision $good, the last that was deployed."
  helm rollback "$RELEASE" "$good" --namespace "$NAMESPACE" --wait --timeout 10m
elif [[ $found == pending-install ]]; then
  echo "::warning title=Release was stuck::The first installation of $RELEASE was cut off at $began. What there is of it is removed."
  helm uninstall "$RELEASE" --namespace "$NAMESPACE" --wait --timeout 10m
else
  echo "::error title=Release is stuck::$RELEASE is $found since $began, and no revision of it was ever deployed: see \"Release is stuck\" in the runbook."
  exit 1
fi
