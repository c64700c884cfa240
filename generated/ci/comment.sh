#!/usr/bin/env bash
# Says in a pull request what would change in each environment: one comment for each, written anew by each push.
#
# REPOSITORY    owner/name
# PULL_REQUEST  its number
# RUN_URL       page of this run, which holds the plans in full
# PLANS         folder with a folder for each environment, which holds one file a stack
# GH_TOKEN      may write comments
set -euo pipefail
: "${REPOSITORY:?}" "${PULL_REQUEST:?}" "${RUN_URL:?}" "${PLANS:?}" "${GH_TOKEN:?}"

# GitHub takes 65,536 characters; the rest of the comment needs few.
most=60000
comments="repos/$REPOSITORY/issues/$PULL_REQUEST/comments"

# The fence is longer than any in the plan, so that nothing in the plan ends it.
body() {
  jq --raw-input --slurp --arg mark "$1" --arg title "$2" --arg url "$RUN_URL" --argjson most "$most" '
    (length > $most) as $cut
    | .[:$most]
    | ([scan("`+") | length] | max // 0) as $longest
    | ([range([$longest + 1, 3] | max)] | map("`") | add) as $fence
    | {body: ([
        $mark,
        "### Terraform: " + $title,
        "<details><summary>Plan</summary>\n",
        $fence,
        .,
        $fence,
        "</details>\n",
        (if $cut then "The plan is longer than a comment may be. " else "" end) + "[In full](" + $url + ")"
      ] | join("\n"))}'
}

for folder in "$PLANS"/*/; do
  environment="$(basename "$folder")"
  environment="${environment#plan-}"
  mark="<!-- terraform plan: $environment -->"
  text="$(mktemp)"
  for plan in "$folder"*.txt; do
    printf '%s\n\n' "# $(basename "$plan" .txt)"
    cat "$plan"
  done >"$text"
  held="$(gh api --paginate "$comments" | jq --raw-output --slurp --arg mark "$mark" '
    [add[] | select(.user.login == "github-actions[bot]" and (.body | startswith($mark))) | .id] | first // empty')"
  if [[ -n $held ]]; then
    body "$mark" "$environment" <"$text" | gh api --method PATCH "repos/$REPOSITORY/issues/comments/$held" --input - >/dev/null
  else
    body "$mark" "$environment" <"$text" | gh api --method POST "$comments" --input - >/dev/null
  fi
  rm "$text"
done
