#!/usr/bin/env bash
# Sends requests to the environment's public endpoints until they answer with a certificate of the configured issuer.
#
# API_URL APP_URL  URLs that must answer with a status below 400
# ISSUER           "production": the certificate must be trusted. "staging": it is signed by Let's Encrypt's staging
#                  environment, which is in no trust store; its issuer, host and dates are checked instead
# PAUSE            seconds between two attempts; default 10
set -euo pipefail
: "${API_URL:?}" "${APP_URL:?}" "${ISSUER:?}" "${PAUSE:=10}"

options=(--fail --silent --show-error --output /dev/null --max-time 10)
# The first time, DNS records and certificates take minutes.
options+=(--retry 30 --retry-delay "$PAUSE" --retry-all-errors)
if [[ $ISSUER == staging ]]; then options+=(--insecure); fi

# Until cert-manager has a certificate, the ingress controller serves a self-signed one.
staging_certificate() {
  local authority host certificate seen=""
  authority="${1#https://}"
  authority="${authority%%/*}"
  host="${authority%%:*}"
  if [[ $authority != *:* ]]; then authority+=":443"; fi
  for _ in {1..30}; do
    certificate="$(openssl s_client -connect "$authority" -servername "$host" </dev/null 2>/dev/null || true)"
    seen="$(openssl x509 -noout -issuer -enddate -checkhost "$host" <<<"$certificate" 2>/dev/null || true)"
    if [[ $seen == *"(STAGING) Let's Encrypt"* && $seen == *"does match certificate"* ]] &&
      openssl x509 -noout -checkend 0 <<<"$certificate" >/dev/null; then
      return
    fi
    sleep "$PAUSE"
  done
  echo "::error::$host serves no valid certificate of Let's Encrypt's staging environment: ${seen:-none}" >&2
  return 1
}

for url in "$API_URL" "$APP_URL"; do
  curl "${options[@]}" --url "$url"
  if [[ $ISSUER == staging ]]; then staging_certificate "$url"; fi
  echo "$url answers"
done
