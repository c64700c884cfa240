#!/usr/bin/env bash
# Shows in a pull request what would change in each environment: one comment for each, rewritten by each push, also when
# there is no plan: the comment would go on showing that of an earlier push.
#
# REPOSITORY    owner/name
# PULL_REQUEST  its number
# RUN_URL       page of this run, which holds the plans in full
# ENVIRONMENTS  whose plans there should be, separated by blanks
# PLANS         folder with a folder plan-<environment> for each that has been planned, which holds one file a stack
# GH_TOKEN      may write comments
set -euo pipefail
: "${REPOSITORY:?}" "${PULL_REQUEST:?}" "${RUN_URL:?}" "${ENVIRONMENTS:?}" "${PLANS:?}" "${GH_TOKEN:?}"

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

show() {
  local environment="$1" folder="$PLANS/plan-$1" mark="<!-- terraform plan: $1 -->" text held
  text="$(mktemp)"
  if [[ -d $folder ]]; then
    for plan in "$folder"/*.txt; do
      printf '%s\n\n' "# $(basename "$plan" .txt)"
      cat "$plan"
    done >"$text"
  else
    echo "There is no plan: the log of the run says why." >"$text"
  fi
  held="$(gh api --paginate "$comments" | jq --raw-output --slurp --arg mark "$mark" '
    [add[] | select(.user.login == "github-actions[bot]" and (.body | startswith($mark))) | .id] | first // empty')"
  if [[ -n $held ]]; then
    body "$mark" "$environment" <"$text" | gh api --method PATCH "repos/$REPOSITORY/issues/comments/$held" --input - >/dev/null
  else
    body "$mark" "$environment" <"$text" | gh api --method POST "$comments" --input - >/dev/null
  fi
  rm "$text"
}

# One comment that cannot be written keeps no other from being written. (As a condition, `show` would go on after errors.)
failed=""
for environment in $ENVIRONMENTS; do
  set +e
  (
    set -e
    show "$environment"
  )
  code=$?
  set -e
  ((code == 0)) || failed="$failed $environment"
done
if [[ -n $failed ]]; then
  echo "::error title=No comment::The comment of these environments is that of an earlier push, or missing:$failed. The plans are in $RUN_URL."
  exit 1
fi
