{{/* Where a component's environment variables are. Each takes dict "root" "component". */}}

{{- define "application.configMap" -}}
{{- $values := index .root.Values .component -}}
{{- with $values.environment -}}
apiVersion: v1
kind: ConfigMap
{{ include "application.metadata" $ }}
data: {{- include "application.strings" . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "application.secret" -}}
{{- $values := index .root.Values .component -}}
{{- if eq $values.secrets.mode "inline" -}}
apiVersion: v1
kind: Secret
{{ include "application.metadata" . }}
type: Opaque
{{- if $values.secrets.inline }}
stringData: {{- include "application.strings" $values.secrets.inline | nindent 2 }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The Secret that the pods read; empty: none. */}}
{{- define "application.secretName" -}}
{{- $secrets := (index .root.Values .component).secrets -}}
{{- if and (has $secrets.mode (list "existing" "externalSecrets")) $secrets.existing.name -}}
{{ $secrets.existing.name }}
{{- else if ne $secrets.mode "none" -}}
{{ include "application.name" . }}
{{- end -}}
{{- end -}}

{{/* Where each key of that Secret is a file, which the kubelet replaces when the Secret changes. */}}
{{- define "application.secretsFolder" -}}
/run/secrets/app
{{- end -}}

{{- define "application.externalSecret" -}}
{{- $values := index .root.Values .component -}}
{{- if eq $values.secrets.mode "externalSecrets" -}}
{{- $external := $values.secrets.external -}}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
{{ include "application.metadata" . }}
spec:
  refreshInterval: {{ $external.refreshInterval | quote }}
  secretStoreRef:
    name: {{ $external.storeRef.name | quote }}
    kind: {{ $external.storeRef.kind }}
  target:
    name: {{ include "application.secretName" . | quote }}
    creationPolicy: Owner
    # The pods keep what they need to start when the store cannot be read.
    deletionPolicy: Retain
  data:
    {{- range $external.entries }}
    - secretKey: {{ .name | quote }}
      remoteRef:
        key: {{ get $external.aliases .remoteKey | default .remoteKey | quote }}
        {{- with .property }}
        property: {{ . | quote }}
        {{- end }}
    {{- end }}
{{- end -}}
{{- end -}}
