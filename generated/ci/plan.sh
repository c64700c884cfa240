#!/usr/bin/env bash
# Plans the stacks of one environment in order, and changes nothing.
#
# ENVIRONMENT  which one
# STACKS       its stacks, in order, separated by blanks
# PLANS        folder for the plans in words, one file a stack
# DRIFT        "fail": end with an error when there is anything to do
set -euo pipefail
: "${ENVIRONMENT:?}" "${STACKS:?}" "${PLANS:?}"

mkdir -p "$PLANS"
pending=""

# What the last apply was given. A plan must not show a change only because nobody is here to give the value.
known_token() {
  terraform -chdir="$1" state pull | jq --raw-output '
    [.resources[]? | select(.type == "aws_elasticache_replication_group") | .instances[].attributes.auth_token]
    | first // empty'
}

for stack in $STACKS; do
  folder="generated/$ENVIRONMENT/terraform/stacks/$stack"
  options=(-input=false -no-color -lock-timeout=5m -detailed-exitcode -out=plan.tfplan)
  # Until there is a plan: else the comment would go on showing that of an earlier push.
  echo "This stack could not be planned: the log of the run says why." >"$PLANS/$stack.txt"
  terraform -chdir="$folder" init -input=false -no-color >/dev/null

  if [[ $stack == foundation ]]; then
    token="$(known_token "$folder")"
    outputs="$(terraform -chdir="$folder" output -json | jq 'length')"
    export TF_VAR_redis_auth_token="${token:-not-given-before-the-first-apply}"
    # Write-only: no plan ever shows it.
    export TF_VAR_database_password="not-given-to-a-plan"
  elif [[ ${outputs:-0} == 0 ]]; then
    echo "The stack $stack is planned once the stack foundation has been applied." >"$PLANS/$stack.txt"
    continue
  else
    # The role of a plan reads the account and nothing in the cluster: releases are compared with the state alone.
    options+=(-refresh=false)
  fi

  code=0
  terraform -chdir="$folder" plan "${options[@]}" >"$PLANS/$stack.log" || code=$?
  if [[ $code != 0 && $code != 2 ]]; then
    cat "$PLANS/$stack.log"
    exit "$code"
  fi
  [[ $code == 0 ]] || pending="$pending $stack"
  rm "$PLANS/$stack.log"
  terraform -chdir="$folder" show -no-color plan.tfplan >"$PLANS/$stack.txt"
  rm "$folder/plan.tfplan"
  echo "::group::$ENVIRONMENT $stack"
  cat "$PLANS/$stack.txt"
  echo "::endgroup::"
done

if [[ ${DRIFT:-} == fail && -n $pending ]]; then
  echo "::error title=Drift in $ENVIRONMENT::What is there differs from what is committed, in:$pending"
  exit 1
fi
