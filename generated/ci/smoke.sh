#!/usr/bin/env bash
# Asks the environment from outside, as its users do, until it answers.
#
# API_URL APP_URL  what must answer with a status below 400
# INSECURE         "true": the certificate is signed by Let's Encrypt's staging, which nobody trusts
set -euo pipefail
: "${API_URL:?}" "${APP_URL:?}"

options=(--fail --silent --show-error --output /dev/null --max-time 10)
# The first time, records and certificates take minutes.
options+=(--retry 30 --retry-delay 10 --retry-all-errors)
if [[ ${INSECURE:-} == true ]]; then options+=(--insecure); fi

for url in "$API_URL" "$APP_URL"; do
  curl "${options[@]}" --url "$url"
  echo "$url answers"
done
