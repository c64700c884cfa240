#!/usr/bin/env bash
# Plans the stacks of one environment in order and changes nothing. It takes no lock, so a canceled plan leaves no stale
# lock behind.
#
# ENVIRONMENT  name of the environment
# STACKS       its stacks, in order, separated by spaces
# PLANS        folder of the rendered plans, one file per stack
# DRIFT        "fail": exit with an error if a plan contains changes
# SETTLE       seconds to wait for a running apply before drift is reported; default 600
set -euo pipefail
: "${ENVIRONMENT:?}" "${STACKS:?}" "${PLANS:?}"

# A saved plan contains secret values, so none outlives this script.
trap 'rm -f "generated/$ENVIRONMENT/terraform/stacks/"*/plan.tfplan' EXIT
mkdir -p "$PLANS"
pending=""

# The value of the last apply. Otherwise a plan would show a change only because the variable is not set here.
known_token() {
  terraform -chdir="$1" state pull | jq --raw-output '
    [.resources[]? | select(.type == "aws_elasticache_replication_group") | .instances[].attributes.auth_token]
    | first // empty'
}

# Without a lock, a plan during an apply reads a partial state. Both answers come from the state bucket.
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
    echo "::warning title=State is locked::$1: an apply is running, or its runner was lost: see \"Stale state lock\" in the runbook."
}

# Sets `code`: 0: no changes, 2: changes, otherwise the plan failed.
make_plan() {
  code=0
  terraform -chdir="$folder" plan "${options[@]}" >"$PLANS/$stack.log" || code=$?
}

for stack in $STACKS; do
  folder="generated/$ENVIRONMENT/terraform/stacks/$stack"
  options=(-input=false -no-color -lock=false -detailed-exitcode -out=plan.tfplan)
  # Written before the plan: otherwise the comment would keep showing the plan of an earlier push.
  echo "This stack could not be planned: see the log of the run for the reason." >"$PLANS/$stack.txt"
  terraform -chdir="$folder" init -input=false -no-color >/dev/null

  if [[ $stack == foundation ]]; then
    token="$(known_token "$folder")"
    outputs="$(terraform -chdir="$folder" output -json | jq 'length')"
    export TF_VAR_redis_auth_token="${token:-not-given-before-the-first-apply}"
    # A write-only argument: it appears in no plan, so any value works.
    unused="not-given-to-a-plan"
    export TF_VAR_database_password="${unused}"
  elif [[ ${outputs:-0} == 0 ]]; then
    echo "The stack $stack can be planned after the stack foundation has been applied." >"$PLANS/$stack.txt"
    continue
  else
    # The plan role can read the account but not the cluster: releases are compared with the state only.
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
  echo "::group::$ENVIRONMENT $stack"
  cat "$PLANS/$stack.txt"
  echo "::endgroup::"
done

if [[ ${DRIFT:-} == fail && -n $pending ]]; then
  echo "::error title=Drift in $ENVIRONMENT::The actual resources differ from the committed configuration, in:$pending"
  exit 1
fi
