{{/* At most so many characters: list of the text and the number. What is cut off is replaced by a hash of the whole. */}}
{{- define "application.shorten" -}}
{{- $text := index . 0 -}}
{{- $longest := int (index . 1) -}}
{{- if le (len $text) $longest -}}
{{- $text -}}
{{- else -}}
{{- printf "%s-%s" (trunc (int (sub $longest 9)) $text | trimSuffix "-") (sha256sum $text | trunc 8) -}}
{{- end -}}
{{- end -}}

{{/* Name of the application in labels and alert names. Default: the chart's name. */}}
{{- define "application.chart" -}}
{{- .Values.nameOverride | default .Chart.Name -}}
{{- end -}}

{{/* Prefix of every name, at most 53 characters: "-frontend" must fit into the 63 of a Service. Services start with a letter. */}}
{{- define "application.fullname" -}}
{{- $name := .Values.fullnameOverride -}}
{{- $chart := include "application.chart" . -}}
{{- if not $name -}}
{{- $name = .Release.Name | replace "." "-" -}}
{{- if not (contains $chart $name) -}}
{{- $name = printf "%s-%s" $name $chart -}}
{{- end -}}
{{- if regexMatch "^[0-9]" $name -}}
{{- $name = printf "%s-%s" $chart $name -}}
{{- end -}}
{{- end -}}
{{- include "application.shorten" (list $name 53) -}}
{{- end -}}

{{/* Name of a component's objects. Takes dict "root" "component", as all that follow. */}}
{{- define "application.name" -}}
{{- printf "%s-%s" (include "application.fullname" .root) .component -}}
{{- end -}}

{{- define "application.serviceAccountName" -}}
{{- $account := (index .root.Values .component).serviceAccount -}}
{{- $account.name | default (ternary (include "application.name" .) "default" $account.create) -}}
{{- end -}}

{{/* Entries of a map of strings. Values are quoted, and keys that a reader of YAML could take for anything else. */}}
{{- define "application.strings" -}}
{{- $lines := list -}}
{{- range $key, $value := . -}}
{{- $plain := regexMatch "^([a-z][a-z0-9.-]*/[A-Za-z][A-Za-z0-9._-]*|[A-Za-z]{6,}[A-Za-z0-9_-]*|[A-Z]+_[A-Z0-9_]+)$" $key -}}
{{- $lines = append $lines (printf "%s: %s" (ternary $key (quote $key) $plain) (quote $value)) -}}
{{- end -}}
{{- join "\n" $lines -}}
{{- end -}}

{{/* Labels for selectors, which never change between versions of a release. */}}
{{- define "application.selector" -}}
app.kubernetes.io/name: {{ include "application.chart" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* Labels of pods: those of the selector and those of the user, of which none may replace the selector's. */}}
{{- define "application.podLabels" -}}
{{- $labels := deepCopy .root.Values.global.labels -}}
{{- with .root.Values.global.environment }}{{ $_ := set $labels "environment" . }}{{ end -}}
{{- $_ := set $labels "app.kubernetes.io/part-of" (include "application.chart" .root) -}}
{{- $labels = mergeOverwrite $labels (include "application.selector" . | fromYaml) -}}
{{- include "application.strings" $labels -}}
{{- end -}}

{{- define "application.labels" -}}
{{- $own := dict "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") -}}
{{- if has .component (list "backend" "frontend") -}}
{{- $tag := regexReplaceAll "^[^A-Za-z0-9]+" (index .root.Values .component).image.tag "" -}}
{{- with regexReplaceAll "[^A-Za-z0-9]+$" (include "application.shorten" (list $tag 63)) "" -}}
{{- $_ := set $own "app.kubernetes.io/version" . -}}
{{- end -}}
{{- end -}}
{{- include "application.strings" (mergeOverwrite (include "application.podLabels" . | fromYaml) $own) -}}
{{- end -}}

{{/* Takes dict "root" "component" "name" (optional) "annotations" (optional map). */}}
{{- define "application.metadata" -}}
metadata:
  name: {{ .name | default (include "application.name" .) | quote }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels: {{- include "application.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations: {{- include "application.strings" . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "application.image" -}}
{{- .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end -}}
{{- end -}}

{{/* The port of the metrics: a name that the Service and the container share. */}}
{{- define "application.metricsPort" -}}
{{- $values := index .root.Values .component -}}
{{- if and $values.metrics.port (ne (int $values.metrics.port) (int $values.port)) }}metrics{{ else }}http{{ end -}}
{{- end -}}
