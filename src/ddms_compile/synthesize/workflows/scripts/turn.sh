#!/usr/bin/env bash
# Stops a job that would take its environment back to an older commit, as after an approval that came late.
#
# REPOSITORY   owner/name
# ENVIRONMENT  of GitHub, of the same name as ours
# COMMIT       of this run
# ATTEMPT      of this run; whoever runs it again means it, also when that is a way back
# AFTER        what a newer commit has done here if it stops this one: "apply" (begun to), or "deploy" (finished)
# GH_TOKEN     may read deployments
set -euo pipefail
: "${REPOSITORY:?}" "${ENVIRONMENT:?}" "${COMMIT:?}" "${ATTEMPT:?}" "${AFTER:?}" "${GH_TOKEN:?}"

if ((ATTEMPT > 1)); then
  echo "Run again by hand: the commit goes to $ENVIRONMENT whatever is there."
  exit
fi

# Each job in a GitHub environment is a deployment; only those that deploy have an address.
came() {
  gh api "repos/$REPOSITORY/deployments/$1/statuses?per_page=100" | jq --arg after "$AFTER" '
    if $after == "deploy" then any(.[]; .state == "success" and (.environment_url // "") != "")
    else any(.[]; .state == "in_progress" or .state == "success") end'
}

deployments="$(gh api "repos/$REPOSITORY/deployments?environment=$ENVIRONMENT&per_page=20" |
  jq --raw-output --arg commit "$COMMIT" '.[] | select(.sha != $commit) | "\(.id) \(.sha)"')"

declare -A relations
while read -r deployment commit; do
  [[ -n $commit ]] || continue
  if [[ -z ${relations[$commit]:-} ]]; then
    relations[$commit]="$(gh api "repos/$REPOSITORY/compare/$COMMIT...$commit?per_page=1" | jq --raw-output .status)"
  fi
  [[ ${relations[$commit]} == ahead ]] || continue
  # Not in the condition: there, a question that fails would be a no.
  found="$(came "$deployment")"
  if [[ $found == true ]]; then
    echo "::error title=Not the turn of this commit::$ENVIRONMENT has seen $commit, which is newer. To go back, run this again."
    exit 1
  fi
done <<<"$deployments"
