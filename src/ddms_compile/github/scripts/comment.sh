#!/usr/bin/env bash
# Posts the planned changes of each environment to a pull request: one comment per environment, updated by each push, even
# without a plan, because the comment would otherwise show the plan of an earlier push.
#
# REPOSITORY    owner/name
# PULL_REQUEST  its number
# RUN_URL       page of this run, which contains the full plans
# ENVIRONMENTS  the environments to report, separated by spaces
# PLANS         folder with a folder plan-<environment> per planned environment, which contains one file per stack
# GH_TOKEN      may write comments
set -euo pipefail
: "${REPOSITORY:?}" "${PULL_REQUEST:?}" "${RUN_URL:?}" "${ENVIRONMENTS:?}" "${PLANS:?}" "${GH_TOKEN:?}"

# GitHub allows 65,536 characters; the rest of the comment needs few.
most=60000
text="$(mktemp)"
trap 'rm -f "$text"' EXIT
comments="repos/$REPOSITORY/issues/$PULL_REQUEST/comments"

# The fence is longer than any in the plan, so the plan cannot close it.
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
  local environment="$1" folder="$PLANS/plan-$1" mark="<!-- terraform plan: $1 -->" held
  if [[ -d $folder ]]; then
    for plan in "$folder"/*.txt; do
      printf '%s\n\n' "# $(basename "$plan" .txt)"
      cat "$plan"
    done >"$text"
  else
    echo "There is no plan: see the log of the run for the reason." >"$text"
  fi
  held="$(gh api --paginate "$comments" | jq --raw-output --slurp --arg mark "$mark" '
    [add[] | select(.user.login == "github-actions[bot]" and (.body | startswith($mark))) | .id] | first // empty')"
  if [[ -n $held ]]; then
    body "$mark" "$environment" <"$text" | gh api --method PATCH "repos/$REPOSITORY/issues/comments/$held" --input - >/dev/null
  else
    body "$mark" "$environment" <"$text" | gh api --method POST "$comments" --input - >/dev/null
  fi
}

# A comment that fails does not prevent the others. (As a condition, `show` would continue after errors.)
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
  echo "::error title=No comment::The comment of these environments is outdated or missing:$failed. The plans are in $RUN_URL."
  exit 1
fi
