#!/usr/bin/env bash
# Deploys the application to its cluster: first its secrets, then its chart. Waits for the rollout, or rolls back.
#
# AWS_REGION CLUSTER      the cluster
# NAMESPACE RELEASE       namespace and name of the Helm release
# CHART VALUES            the chart, and its values of this environment
# SECRETS                 JSON: {"<Secret>": {"component": …, "variables": {"<variable>": {"entry": …, "field": …}
#                         or {"given": "<variable of this script>"}}}}
# DATABASE_HOST REDIS_HOST DATABASE_SECRET   outputs of the stack foundation
# BACKEND_IMAGE FRONTEND_IMAGE               "<tag> sha256:<digest>", or empty: the images in the values
# RESUME                  "true": scale Deployments up from zero; otherwise a Deployment at zero fails the job
#
# Secret values are never arguments of a program and never printed: they pass through pipes from AWS to the cluster.
set -euo pipefail
: "${AWS_REGION:?}" "${CLUSTER:?}" "${NAMESPACE:?}" "${RELEASE:?}" "${CHART:?}" "${VALUES:?}" "${SECRETS:?}"
: "${DATABASE_HOST:?}" "${REDIS_HOST:?}" "${DATABASE_SECRET:?}"
export BACKEND_IMAGE="${BACKEND_IMAGE:-}" FRONTEND_IMAGE="${FRONTEND_IMAGE:-}"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
export KUBECONFIG="$folder/config"
aws eks update-kubeconfig --region "$AWS_REGION" --name "$CLUSTER" >/dev/null

# A restore scales writers to zero. A new revision could start them again, and the smoke test would fail without pods.
stopped() {
  kubectl get deployments --namespace "$NAMESPACE" --selector "app.kubernetes.io/instance=$RELEASE" --output json |
    jq --raw-output '.items[] | select(.spec.replicas == 0) | .metadata.name'
}
asleep="$(stopped)"
if [[ -n $asleep && ${RESUME:-} != true ]]; then
  echo "::error title=Scaled to zero::Nothing is deployed, because these were scaled to zero, as for a restore: ${asleep//$'\n'/, }. To scale them up with this deployment: RESUME=true, or the input resume of the workflow."
  exit 1
fi

# The upgrade below and its rollback take at most 10 minutes each.
LONGEST="${LONGEST:-1500}" bash generated/ci/recover-release.sh

# The entries that a Secret is built from, each as {"<entry>": {"<field>": "<value>"}}.
entries() {
  jq --raw-output --arg secret "$1" '[.[$secret].variables[].entry // empty] | unique[]' <<<"$SECRETS" |
    while IFS= read -r entry; do
      id="$entry"
      # RDS chooses the name of its password's entry.
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

# A changed Secret changes the annotation of its pods, which replaces them; pods read a Secret only at their start.
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

# Values that only this commit and Terraform provide, on top of the environment's values.
jq '
  def image: split(" ") | {image: {tag: .[0], digest: (.[1] // "")}};
  . * {backend: {environment: {DATABASE_HOST: $ENV.DATABASE_HOST, REDIS_HOST: $ENV.REDIS_HOST}}}
  # Name of the entry that RDS created, for External Secrets.
  | . * ({secrets: {external: {aliases: {database: $ENV.DATABASE_SECRET}}}} | {backend: ., frontend: .})
  | if $ENV.BACKEND_IMAGE != "" then . * {backend: ($ENV.BACKEND_IMAGE | image)} else . end
  | if $ENV.FRONTEND_IMAGE != "" then . * {frontend: ($ENV.FRONTEND_IMAGE | image)} else . end' <<<"$versions" >"$folder/values.json"

# Forwards a signal to this shell, for example of a canceled run: Helm then marks the release as failed.
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
  # One pod; the autoscaler scales it from there. It ignores a Deployment at zero.
  kubectl scale "deployment/$deployment" --namespace "$NAMESPACE" --current-replicas=0 --replicas=1
  kubectl rollout status "deployment/$deployment" --namespace "$NAMESPACE" --timeout=5m
done <<<"$asleep"
