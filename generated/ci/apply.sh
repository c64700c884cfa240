#!/usr/bin/env bash
# Applies the stacks of one environment in order. What is planned is what is applied.
#
# ENVIRONMENT  which one
# STACKS       its stacks, in order, separated by blanks
# TF_VAR_…     the secrets that Terraform needs (`ddms-compile secrets ENVIRONMENT`)
set -euo pipefail
: "${ENVIRONMENT:?}" "${STACKS:?}"

for stack in $STACKS; do
  folder="generated/$ENVIRONMENT/terraform/stacks/$stack"
  echo "::group::$ENVIRONMENT $stack"
  terraform -chdir="$folder" init -input=false -no-color
  terraform -chdir="$folder" plan -input=false -no-color -lock-timeout=5m -out=plan.tfplan
  terraform -chdir="$folder" apply -input=false -no-color -lock-timeout=5m plan.tfplan
  rm "$folder/plan.tfplan"
  echo "::endgroup::"
done

# Where the data tier is, which only Terraform knows: names, no secret.
terraform -chdir="generated/$ENVIRONMENT/terraform/stacks/foundation" output -json | jq --raw-output '
  "database_host=" + .postgres_host.value,
  "database_secret=" + .postgres_secret_arn.value,
  "redis_host=" + .redis_host.value' >>"${GITHUB_OUTPUT:-/dev/stdout}"
