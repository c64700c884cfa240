#!/usr/bin/env bash
# Fails a job that would deploy an older commit over a newer one: after a late approval, or when an old run is run
# again.
#
# REPOSITORY   owner/name
# ENVIRONMENT  name of the GitHub environment, which is ours too
# COMMIT       of this run
# ROLLBACK_TO  commit of an intended rollback, or empty
# GH_TOKEN     may read deployments
set -euo pipefail
: "${REPOSITORY:?}" "${ENVIRONMENT:?}" "${COMMIT:?}" "${GH_TOKEN:?}"

if [[ ${ROLLBACK_TO:-} == "$COMMIT" ]]; then
  echo "The variable ROLLBACK_TO names this commit: it is deployed to $ENVIRONMENT, whatever was deployed before."
  exit
fi

# Each job in a GitHub environment is a deployment. A rejected one never was in progress.
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
  # Not in the condition: there, a failed request would count as "no".
  found="$(begun "$deployment")"
  if [[ $found == true ]]; then
    echo "::error title=Superseded by a newer commit::The newer commit $commit was already deployed to $ENVIRONMENT. To roll back on purpose: gh variable set ROLLBACK_TO --body $COMMIT, and run this again."
    exit 1
  fi
done <<<"$deployments"
