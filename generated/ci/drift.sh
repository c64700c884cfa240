#!/usr/bin/env bash
# Keeps one issue open as long as the nightly plans detect drift, and closes it afterwards.
#
# REPOSITORY  owner/name
# OUTCOME     of the plans: "success": no drift; otherwise drift, or a failed plan
# RUN_URL     page of this run, which contains the plans
# GH_TOKEN    may write issues
set -euo pipefail
: "${REPOSITORY:?}" "${OUTCOME:?}" "${RUN_URL:?}" "${GH_TOKEN:?}"

title="Terraform: what is there differs from what is committed"
issues="repos/$REPOSITORY/issues"

held="$(gh api --paginate "$issues?state=open&per_page=100" | jq --raw-output --slurp --arg title "$title" '
  [add[] | select(.user.login == "github-actions[bot]" and .title == $title and .pull_request == null) | .number]
  | first // empty')"

say() { jq --null-input --arg text "$1" '{body: $text}' | gh api --method POST "$issues/$held/comments" --input - >/dev/null; }

if [[ $OUTCOME == success ]]; then
  if [[ -n $held ]]; then
    say "[The plans of tonight]($RUN_URL) find nothing to do."
    gh api --method PATCH "$issues/$held" --raw-field state=closed >/dev/null
  fi
elif [[ -n $held ]]; then
  say "[Still so tonight]($RUN_URL)."
else
  jq --null-input --arg title "$title" --arg url "$RUN_URL" '{title: $title, body:
    "[The nightly plans](\($url)) find something to do, or could not be made. Apply what is committed, or commit what is there."}' |
    gh api --method POST "$issues" --input - >/dev/null
fi
