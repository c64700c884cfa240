#!/usr/bin/env bash
# Puts the application into its cluster: its secrets, then its chart; waits until it serves, or rolls back.
#
# AWS_REGION CLUSTER      where
# NAMESPACE RELEASE       what it is called there
# CHART VALUES            the chart, and its values of this environment
# SECRETS                 JSON: {"<Secret>": {"component": …, "variables": {"<variable>": {"entry": …, "field": …}
#                         or {"given": "<variable of this script>"}}}}
# DATABASE_HOST REDIS_HOST DATABASE_SECRET   outputs of the stack foundation
# BACKEND_IMAGE FRONTEND_IMAGE               "<tag> sha256:<digest>", or empty: those of the values
# RESUME                  "true": Deployments that somebody scaled to zero come back; else they stop the deployment
#
# No value of a secret is an argument of a program, or printed: it goes through pipes from AWS to the cluster.
set -euo pipefail
: "${AWS_REGION:?}" "${CLUSTER:?}" "${NAMESPACE:?}" "${RELEASE:?}" "${CHART:?}" "${VALUES:?}" "${SECRETS:?}"
: "${DATABASE_HOST:?}" "${REDIS_HOST:?}" "${DATABASE_SECRET:?}"
export BACKEND_IMAGE="${BACKEND_IMAGE:-}" FRONTEND_IMAGE="${FRONTEND_IMAGE:-}"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
export KUBECONFIG="$folder/config"
aws eks update-kubeconfig --region "$AWS_REGION" --name "$CLUSTER" >/dev/null

# A restore stops who writes. A new revision could start them again, and the look from outside would find nobody.
stopped() {
  kubectl get deployments --namespace "$NAMESPACE" --selector "app.kubernetes.io/instance=$RELEASE" --output json |
    jq --raw-output '.items[] | select(.spec.replicas == 0) | .metadata.name'
}
asleep="$(stopped)"
if [[ -n $asleep && ${RESUME:-} != true ]]; then
  echo "::error title=Scaled to zero::Nothing is deployed, because somebody stopped ${asleep//$'\n'/, }, as for a restore. To start again with this deployment: RESUME=true, or the input resume of the workflow."
  exit 1
fi

# The upgrade below and its rollback take 10 minutes each at most.
LONGEST="${LONGEST:-1500}" bash generated/ci/recover-release.sh

# The entries that a Secret is made from, each as {"<entry>": {"<field>": "<value>"}}.
entries() {
  jq --raw-output --arg secret "$1" '[.[$secret].variables[].entry // empty] | unique[]' <<<"$SECRETS" |
    while IFS= read -r entry; do
      id="$entry"
      # RDS names the entry of its password itself.
      if [[ $entry == database ]]; then id="$DATABASE_SECRET"; fi
      aws secretsmanager get-secret-value --region "$AWS_REGION" --secret-id "$id" \
        --query SecretString --output text | jq --compact-output --arg entry "$entry" '{($entry): .}'
    done
}

manifest() {
  jq --slurp --arg secret "$1" --arg namespace "$NAMESPACE" --argjson secrets "$SECRETS" '
    (add // {}) as $held
    | def value($name):
        (if .given then $ENV[.given] else $held[.entry][.field] end) as $found
        | if ($found // "") == "" then error("no value for \($name): see `ddms-compile secrets`") else $found | tostring end;
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {name: $secret, namespace: $namespace},
      type: "Opaque",
      data: ($secrets[$secret].variables | with_entries(.key as $name | .value |= (value($name) | @base64)))
    }'
}

# A Secret that has changed gives its pods a new annotation, so that they are replaced; they read it only once.
versions="{}"
names="$(jq --raw-output 'keys[]' <<<"$SECRETS")"
while IFS= read -r secret; do
  [[ -n $secret ]] || continue
  entries "$secret" | manifest "$secret" |
    kubectl apply --server-side --force-conflicts --field-manager="$RELEASE-deploy" --filename=-
  version="$(kubectl get secret "$secret" --namespace "$NAMESPACE" --output jsonpath='{.metadata.resourceVersion}')"
  versions="$(jq --arg secret "$secret" --arg version "$version" --argjson secrets "$SECRETS" '
    . * {($secrets[$secret].component): {podAnnotations: {"secret-version": $version}}}' <<<"$versions")"
done <<<"$names"

# What this commit and Terraform know, over the values of the environment.
jq '
  def image: split(" ") | {image: {tag: .[0], digest: (.[1] // "")}};
  . * {backend: {environment: {DATABASE_HOST: $ENV.DATABASE_HOST, REDIS_HOST: $ENV.REDIS_HOST}}}
  # The name by which External Secrets finds the entry that RDS named.
  | . * ({secrets: {external: {aliases: {database: $ENV.DATABASE_SECRET}}}} | {backend: ., frontend: .})
  | if $ENV.BACKEND_IMAGE != "" then . * {backend: ($ENV.BACKEND_IMAGE | image)} else . end
  | if $ENV.FRONTEND_IMAGE != "" then . * {frontend: ($ENV.FRONTEND_IMAGE | image)} else . end' <<<"$versions" >"$folder/values.json"

# A signal to this shell, as when a run is canceled, is passed on: Helm then marks the release as failed.
helm upgrade "$RELEASE" "$CHART" --install --namespace "$NAMESPACE" --values "$VALUES" --values - \
  --rollback-on-failure --wait --timeout 10m --history-max 10 <"$folder/values.json" &
helm=$!
canceled=""
trap 'trap "" INT TERM; canceled=yes; kill -TERM "$helm"' INT TERM
code=0
wait "$helm" || code=$?
if [[ -n $canceled ]]; then wait "$helm" || code=$?; fi
trap - INT TERM
if ((code != 0)); then exit "$code"; fi

asleep="$(stopped)"
while IFS= read -r deployment; do
  [[ -n $deployment ]] || continue
  # One pod; the autoscaler takes over from there. It leaves a Deployment of zero alone.
  kubectl scale "deployment/$deployment" --namespace "$NAMESPACE" --current-replicas=0 --replicas=1
  kubectl rollout status "deployment/$deployment" --namespace "$NAMESPACE" --timeout=5m
done <<<"$asleep"
