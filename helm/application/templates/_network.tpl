{{/* Pods of the ingress controller, as peers of a policy. Takes the root. */}}
{{- define "application.controllerPeers" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.ingress.controllerNamespace | quote }}
  podSelector:
    matchLabels: {{- include "application.strings" .Values.ingress.controllerSelector | nindent 6 }}
{{- end -}}

{{/* A rule of egress to DNS. Takes the root. */}}
{{- define "application.dnsRule" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.networkPolicy.dns.namespace | quote }}
      podSelector:
        matchLabels: {{- include "application.strings" .Values.networkPolicy.dns.selector | nindent 10 }}
    {{- range .Values.networkPolicy.dns.cidrs }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end -}}

{{/* A rule of egress to ranges, or nothing when there are none. Takes dict "cidrs" "ports". */}}
{{- define "application.rangeRule" -}}
{{- if .cidrs -}}
- to:
    {{- range .cidrs }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- end -}}
{{- end -}}

{{/* The network policy of a component. Takes dict "root" "component". */}}
{{- define "application.networkPolicy" -}}
{{- $values := index .root.Values .component -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- $reasons := dict -}}
{{- range $number, $entry := $values.egress -}}
{{- $_ := set $reasons (printf "egress.%s/%d" (include "application.chart" $.root) $number) (printf "%s: %s" $entry.cidr $entry.reason) -}}
{{- end -}}
{{- if $policy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "application.metadata" (merge (dict "annotations" $reasons) .) }}
spec:
  podSelector:
    matchLabels: {{- include "application.selector" . | nindent 6 }}
  policyTypes: ["Ingress", "Egress"]
  {{- if or .root.Values.ingress.enabled $values.metrics.enabled }}
  ingress:
    {{- if .root.Values.ingress.enabled }}
    - from: {{- include "application.controllerPeers" .root | nindent 8 }}
      ports:
        - { protocol: TCP, port: {{ $values.port }} }
    {{- end }}
    {{- if $values.metrics.enabled }}
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: {{ $policy.monitoringNamespace | quote }}
      ports:
        - { protocol: TCP, port: {{ $values.metrics.port | default $values.port }} }
    {{- end }}
  {{- end }}
  egress: {{- include "application.dnsRule" .root | nindent 4 }}
    {{- if eq .component "backend" }}
    {{- with include "application.rangeRule" (dict "cidrs" $policy.databaseCidrs "ports" (list $policy.databasePort)) }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with include "application.rangeRule" (dict "cidrs" $policy.redisCidrs "ports" (list $policy.redisPort)) }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- range $values.egress }}
    {{- include "application.rangeRule" (dict "cidrs" (list .cidr) "ports" .ports) | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}
