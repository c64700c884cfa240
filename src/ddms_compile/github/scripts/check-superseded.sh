#!/usr/bin/env bash
# Stops a job that would take its environment back to an older commit: after a late approval, or when an old run is run
# again.
#
# REPOSITORY   owner/name
# ENVIRONMENT  of GitHub, of the same name as ours
# COMMIT       of this run
# ROLLBACK_TO  the commit to which somebody takes an environment back on purpose, or empty
# GH_TOKEN     may read deployments
set -euo pipefail
: "${REPOSITORY:?}" "${ENVIRONMENT:?}" "${COMMIT:?}" "${GH_TOKEN:?}"

if [[ ${ROLLBACK_TO:-} == "$COMMIT" ]]; then
  echo "The variable ROLLBACK_TO names this commit: it is deployed to $ENVIRONMENT whatever is there."
  exit
fi

# Each job in a GitHub environment is a deployment. One that was turned away never was in progress.
begun() {
  gh api "repos/$REPOSITORY/deployments/$1/statuses?per_page=100" |
    jq 'any(.[]; .state == "in_progress" or .state == "success")'
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
  found="$(begun "$deployment")"
  if [[ $found == true ]]; then
    echo "::error title=Superseded by a newer commit::$ENVIRONMENT has seen $commit, which is newer. To go back on purpose: gh variable set ROLLBACK_TO --body $COMMIT, and run this again."
    exit 1
  fi
done <<<"$deployments"
