{{/* Checks that a schema cannot express: missing or conflicting values, one line each, starting with the key. */}}
{{- define "application.contradictions" -}}
{{- range list "backend" "frontend" -}}
{{- include "application.contradictionsOfImage" (list (printf "%s.image" .) (index $.Values .).image) -}}
{{- include "application.contradictionsOfWorkload" (list . (index $.Values .)) -}}
{{- include "application.contradictionsOfSecrets" (list . (index $.Values .)) -}}
{{- end -}}
{{- include "application.contradictionsOfImage" (list "tests.image" .Values.tests.image) -}}
{{- include "application.contradictionsOfIngress" .Values.ingress -}}
{{- if and .Values.alerts.enabled (not .Values.alerts.runbookBaseUrl) }}
- alerts.runbookBaseUrl: is required when alerts.enabled is true; give the page on which each alert has a heading
{{- end -}}
{{- end -}}

{{- define "application.contradictionsOfImage" -}}
{{- $key := index . 0 -}}
{{- $image := index . 1 -}}
{{- if not $image.repository }}
- {{ $key }}.repository: is required; give the name of the image without a tag, such as "example.com/shop/backend"
{{- end -}}
{{- if not (or $image.tag $image.digest) }}
- {{ $key }}.tag: is required unless {{ $key }}.digest is given
{{- end -}}
{{- end -}}

{{- define "application.contradictionsOfWorkload" -}}
{{- $key := index . 0 -}}
{{- $values := index . 1 -}}
{{- if gt (int $values.replicas.min) (int $values.replicas.max) }}
- {{ $key }}.replicas.min: is {{ $values.replicas.min }}, more than {{ $key }}.replicas.max, which is {{ $values.replicas.max }}
{{- end -}}
{{- if le (int $values.terminationGraceSeconds) (int $values.preStopSeconds) }}
- {{ $key }}.terminationGraceSeconds: must be more than {{ $key }}.preStopSeconds, or the pod is killed before it stops
{{- end -}}
{{- if and $values.topologySpread.minZones (ne $values.topologySpread.zones "DoNotSchedule") }}
- {{ $key }}.topologySpread.minZones: counts only when {{ $key }}.topologySpread.zones is "DoNotSchedule"
{{- end -}}
{{- range $values.tolerations -}}
{{- if and .value (eq .operator "Exists") }}
- {{ $key }}.tolerations: {{ .key }} has a value, which the operator "Exists" does not take
{{- end -}}
{{- end -}}
{{- $paths := list -}}
{{- range $values.writablePaths -}}
{{- if has .path $paths }}
- {{ $key }}.writablePaths: lists {{ .path }} twice
{{- end -}}
{{- $paths = append $paths .path -}}
{{- end -}}
{{- end -}}

{{- define "application.contradictionsOfSecrets" -}}
{{- $key := index . 0 -}}
{{- $values := index . 1 -}}
{{- $secrets := $values.secrets -}}
{{- $names := list -}}
{{- if and (eq $secrets.mode "existing") (not $secrets.existing.name) }}
- {{ $key }}.secrets.existing.name: is required in the mode "existing"
{{- end -}}
{{- if eq $secrets.mode "inline" -}}
{{- $names = keys $secrets.inline | sortAlpha -}}
{{- end -}}
{{- if eq $secrets.mode "externalSecrets" -}}
{{- if not $secrets.external.storeRef.name }}
- {{ $key }}.secrets.external.storeRef.name: is required in the mode "externalSecrets"
{{- end -}}
{{- if not $secrets.external.entries }}
- {{ $key }}.secrets.external.entries: needs an entry in the mode "externalSecrets"
{{- end -}}
{{- range $secrets.external.entries -}}
{{- if has .name $names }}
- {{ $key }}.secrets.external.entries: has {{ .name }} twice
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- end -}}
{{- range $names | uniq -}}
{{- if hasKey $values.environment . }}
- {{ $key }}.environment.{{ . }}: is a secret of the same component as well
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "application.contradictionsOfIngress" -}}
{{- if .enabled -}}
{{- range $name := list "app" "api" -}}
{{- if not (index $.hosts $name) }}
- ingress.hosts.{{ $name }}: is required; give a public name, such as "{{ $name }}.example.com"
{{- end -}}
{{- end -}}
{{- range $name := list "app" "api" -}}
{{- if regexMatch "^[0-9]+([.][0-9]+){3}$" (index $.hosts $name) }}
- ingress.hosts.{{ $name }}: is an address; an Ingress takes names alone
{{- end -}}
{{- end -}}
{{- if and .hosts.app (eq .hosts.app .hosts.api) }}
- ingress.hosts.api: is the same host as ingress.hosts.app
{{- end -}}
{{- if and .tls.enabled (not .tls.clusterIssuer) (not .tls.secretName) }}
- ingress.tls.clusterIssuer: is required unless ingress.tls.secretName names a certificate or ingress.tls.enabled is false
{{- end -}}
{{- end -}}
{{- end -}}
