#!/usr/bin/env bash
# Applies the stacks of one environment in order. Each stack is applied from its saved plan.
#
# ENVIRONMENT  name of the environment
# STACKS       its stacks, in order, separated by spaces
# TF_VAR_…     the secrets that Terraform needs (`ddms-compile secrets ENVIRONMENT`)
set -euo pipefail
: "${ENVIRONMENT:?}" "${STACKS:?}"

# A saved plan contains secret values, so none outlives this script.
trap 'rm -f "generated/$ENVIRONMENT/terraform/stacks/"*/plan.tfplan' EXIT

# To cancel a step, the runner sends SIGINT to this shell alone, SIGTERM 7.5 s later, and 2.5 s later kills the tree
# (GitHub, "Workflow cancellation reference"). At the first signal Terraform stops gracefully, saves the state and releases
# the lock; at the second it exits immediately. So only the first one is forwarded.
child="" stopped="" told=""
tell() {
  if [[ -n $stopped && -n $child && -z $told ]]; then
    told=yes
    kill -TERM "$child" || true # it may have exited already
  fi
}
trap 'stopped=yes; trap "" INT TERM; tell' INT TERM
canceled() {
  echo "::error title=Canceled::The apply of $ENVIRONMENT was canceled. Run it again: it continues from the saved state."
  exit 130
}

# In the background, because bash handles a signal only after the foreground process has exited.
run_terraform() {
  local code=0
  terraform "$@" &
  child=$!
  tell
  wait "$child" || code=$?
  # A signal interrupts `wait`, but not the process that it waits for.
  if [[ -n $told ]]; then
    code=0
    wait "$child" || code=$?
  fi
  child=""
  if [[ -n $stopped ]]; then canceled; fi
  return "$code"
}

# If Terraform cannot save the state, for example without a network, it writes the state to a local file, which would be
# lost with the runner: its resources would be in no state.
save_state() {
  local code pause
  [[ -f $1/errored.tfstate ]] || return 0
  for pause in 0 30 120; do
    sleep "$pause"
    code=0
    terraform -chdir="$1" state push -lock-timeout=5m errored.tfstate || code=$?
    if ((code == 0)); then
      rm "$1/errored.tfstate"
      echo "::warning title=State was saved late::The state of $1 was saved on a later attempt."
      return 0
    fi
  done
  echo "::error title=State was not saved::The resources of this apply are not in the state of $1: see \"Stale state lock\" in the runbook."
}

for stack in $STACKS; do
  folder="generated/$ENVIRONMENT/terraform/stacks/$stack"
  echo "::group::$ENVIRONMENT $stack"
  run_terraform -chdir="$folder" init -input=false -no-color
  run_terraform -chdir="$folder" plan -input=false -no-color -lock-timeout=5m -out=plan.tfplan
  ended=0
  run_terraform -chdir="$folder" apply -input=false -no-color -lock-timeout=5m plan.tfplan || ended=$?
  save_state "$folder"
  if ((ended != 0)); then exit "$ended"; fi
  echo "::endgroup::"
done

# Names of the data tier's resources, which are Terraform outputs; no secrets.
outputs="$(terraform -chdir="generated/$ENVIRONMENT/terraform/stacks/foundation" output -json)"
if [[ -n $stopped ]]; then canceled; fi
jq --raw-output '
  "database_host=" + .postgres_host.value,
  "database_secret=" + .postgres_secret_arn.value,
  "redis_host=" + .redis_host.value' <<<"$outputs" >>"${GITHUB_OUTPUT:-/dev/stdout}"
