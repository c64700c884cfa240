#!/usr/bin/env bash
# Upgrades the CRDs of the add-ons to the versions of their charts. Helm installs a chart's folder crds/ once, and
# never upgrades it (https://helm.sh/docs/chart_best_practices/custom_resource_definitions/).
#
# ENVIRONMENT         name of the environment
# AWS_REGION CLUSTER  its cluster
set -euo pipefail
: "${ENVIRONMENT:?}" "${AWS_REGION:?}" "${CLUSTER:?}"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
export KUBECONFIG="$folder/config"
aws eks update-kubeconfig --region "$AWS_REGION" --name "$CLUSTER" >/dev/null

# Charts of this repository have no chart repository and no CRDs.
jq --raw-output '.resource.helm_release[] | select(.repository) | [.chart, .repository, .version] | @tsv' \
  "generated/$ENVIRONMENT/terraform/stacks/platform/cdk.tf.json" >"$folder/charts"
while IFS=$'\t' read -r chart repository version <&3; do
  helm show crds "$chart" --repo "$repository" --version "$version" >"$folder/crds.yaml"
  if grep --quiet '^kind: CustomResourceDefinition' "$folder/crds.yaml"; then
    echo "$chart $version"
    # Helm created them and owns their fields.
    kubectl apply --server-side --force-conflicts --field-manager=upgrade-crds --filename="$folder/crds.yaml"
  fi
done 3<"$folder/charts"
