{{/* Pods of the ingress controller, as peers of a policy. Takes the root. */}}
{{- define "ddms.controllerPeers" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.ingress.controllerNamespace | quote }}
  podSelector:
    matchLabels: {{- include "ddms.strings" .Values.ingress.controllerSelector | nindent 6 }}
{{- end -}}

{{/* A rule of egress to DNS. Takes the root. */}}
{{- define "ddms.dnsRule" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.networkPolicy.dns.namespace | quote }}
      podSelector:
        matchLabels: {{- include "ddms.strings" .Values.networkPolicy.dns.selector | nindent 10 }}
    {{- range .Values.networkPolicy.dns.cidrs }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end -}}

{{/* A rule of egress to ranges, or nothing when there are none. Takes dict "cidrs" "ports". */}}
{{- define "ddms.rangeRule" -}}
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

{{/* What a component may do on the network. Takes dict "root" "component". */}}
{{- define "ddms.networkPolicy" -}}
{{- $values := index .root.Values .component -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- $reasons := dict -}}
{{- range $number, $entry := $values.egress -}}
{{- $_ := set $reasons (printf "egress.ddms/%d" $number) (printf "%s: %s" $entry.cidr $entry.reason) -}}
{{- end -}}
{{- if $policy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "ddms.metadata" (merge (dict "annotations" $reasons) .) }}
spec:
  podSelector:
    matchLabels: {{- include "ddms.selector" . | nindent 6 }}
  policyTypes: ["Ingress", "Egress"]
  {{- if or .root.Values.ingress.enabled $values.metrics.enabled }}
  ingress:
    {{- if .root.Values.ingress.enabled }}
    - from: {{- include "ddms.controllerPeers" .root | nindent 8 }}
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
  egress: {{- include "ddms.dnsRule" .root | nindent 4 }}
    {{- if eq .component "backend" }}
    {{- with include "ddms.rangeRule" (dict "cidrs" $policy.databaseCidrs "ports" (list $policy.databasePort)) }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with include "ddms.rangeRule" (dict "cidrs" $policy.redisCidrs "ports" (list $policy.redisPort)) }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- range $values.egress }}
    {{- include "ddms.rangeRule" (dict "cidrs" (list .cidr) "ports" .ports) | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}
