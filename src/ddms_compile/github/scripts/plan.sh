#!/usr/bin/env bash
# Plans the stacks of one environment in order, and changes nothing: it takes no lock, so that one that is canceled
# leaves none behind.
#
# ENVIRONMENT  which one
# STACKS       its stacks, in order, separated by blanks
# PLANS        folder for the plans in words, one file a stack
# DRIFT        "fail": end with an error when there is anything to do
# SETTLE       seconds to wait for an apply that is under way, before drift is said to be there; 600
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

# Without a lock, a plan beside an apply sees half of it. Both answers come from the bucket of the state.
serial() { terraform -chdir="$1" state pull | jq --slurp '.[0].serial // 0'; }
locked() {
  local bucket key
  bucket="$(jq --raw-output .terraform.backend.s3.bucket "$1/cdk.tf.json")"
  key="$(jq --raw-output .terraform.backend.s3.key "$1/cdk.tf.json")"
  aws s3api list-objects-v2 --bucket "$bucket" --prefix "$key.tflock" --query 'Contents[].Key' --output json |
    jq --slurp 'add | length'
}
settle() {
  local held waited=0
  held="$(locked "$1")"
  until [[ $held == 0 ]] || ((waited >= ${SETTLE:-600})); do
    sleep 20
    waited=$((waited + 20))
    held="$(locked "$1")"
  done
  [[ $held == 0 ]] ||
    echo "::warning title=State is locked::$1: an apply is under way, or its runner died: see \"State is locked\" in the runbook."
}

# Sets `code`: 0 there is nothing to do, 2 there is, else there is no plan.
make_plan() {
  code=0
  terraform -chdir="$folder" plan "${options[@]}" >"$PLANS/$stack.log" || code=$?
}

for stack in $STACKS; do
  folder="generated/$ENVIRONMENT/terraform/stacks/$stack"
  options=(-input=false -no-color -lock=false -detailed-exitcode -out=plan.tfplan)
  # Until there is a plan: else the comment would go on showing that of an earlier push.
  echo "This stack could not be planned: the log of the run says why." >"$PLANS/$stack.txt"
  terraform -chdir="$folder" init -input=false -no-color >/dev/null

  if [[ $stack == foundation ]]; then
    token="$(known_token "$folder")"
    outputs="$(terraform -chdir="$folder" output -json | jq 'length')"
    export TF_VAR_redis_auth_token="${token:-not-given-before-the-first-apply}"
    # A write-only argument: no plan shows it, so any value will do.
    unused="not-given-to-a-plan"
    export TF_VAR_database_password="${unused}"
  elif [[ ${outputs:-0} == 0 ]]; then
    echo "The stack $stack is planned once the stack foundation has been applied." >"$PLANS/$stack.txt"
    continue
  else
    # The role of a plan reads the account and nothing in the cluster: releases are compared with the state alone.
    options+=(-refresh=false)
  fi

  before="$(serial "$folder")"
  make_plan
  if [[ ${DRIFT:-} == fail && $code == 2 ]]; then
    held="$(locked "$folder")"
    after="$(serial "$folder")"
    if [[ $held != 0 || $after != "$before" ]]; then
      settle "$folder"
      make_plan
    fi
  fi
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
