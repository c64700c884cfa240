#!/usr/bin/env bash
# Clears a Helm operation that was interrupted, for example by a lost runner. Until then Helm rejects each deployment:
# "another operation (install/upgrade/rollback) is in progress".
#
# NAMESPACE RELEASE  the release
# LONGEST            seconds after which no Helm process can still be working on it
set -euo pipefail
: "${NAMESPACE:?}" "${RELEASE:?}" "${LONGEST:?}"

# An empty list means no release; an error is an error. `helm status` would fail in both cases.
status() {
  helm list --namespace "$NAMESPACE" --filter "^$RELEASE\$" --deployed --failed --pending --uninstalling --output json |
    jq --raw-output '.[0].status // "absent"'
}

while :; do
  found="$(status)"
  case "$found" in
    pending-*) ;;
    uninstalling)
      echo "::error title=Release is stuck::$RELEASE is being uninstalled. Complete that first: see \"Pending Helm release\" in the runbook."
      exit 1
      ;;
    *) exit 0 ;;
  esac
  began="$(helm status "$RELEASE" --namespace "$NAMESPACE" --output json | jq --raw-output .info.last_deployed)"
  since="$(date --date="$began" +%s)"
  age=$(($(date +%s) - since))
  if ((age >= LONGEST)); then break; fi
  echo "$RELEASE is $found since $began. Another process may still be working on it: waiting until it ends, or is $LONGEST s old."
  sleep 20
done

good="$(helm history "$RELEASE" --namespace "$NAMESPACE" --max 256 --output json | jq --raw-output '
  ([.[] | select(.status == "deployed")] | last) // ([.[] | select(.status == "superseded")] | last)
  | .revision // empty')"
if [[ -n $good ]]; then
  echo "::warning title=Release was stuck::$RELEASE was $found since $began. Rolling back to revision $good, the last deployed one."
  helm rollback "$RELEASE" "$good" --namespace "$NAMESPACE" --wait --timeout 10m
elif [[ $found == pending-install ]]; then
  echo "::warning title=Release was stuck::The first installation of $RELEASE was interrupted at $began. Removing its remains."
  helm uninstall "$RELEASE" --namespace "$NAMESPACE" --wait --timeout 10m
else
  echo "::error title=Release is stuck::$RELEASE is $found since $began, and no revision of it was ever deployed: see \"Pending Helm release\" in the runbook."
  exit 1
fi
