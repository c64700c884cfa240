{{/* Pod Security Standard "restricted", for a pod. Takes the user's number. */}}
{{- define "application.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ int64 . }}
runAsGroup: {{ int64 . }}
fsGroup: {{ int64 . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* And for a container. */}}
{{- define "application.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: ["ALL"]
{{- end -}}

{{- define "application.probe" -}}
httpGet:
  path: {{ .path | quote }}
  port: http
periodSeconds: {{ .periodSeconds }}
timeoutSeconds: {{ .timeoutSeconds }}
failureThreshold: {{ .failures }}
{{- end -}}

{{/* A changed configuration replaces the pods, which read it only at their start. */}}
{{- define "application.podAnnotations" -}}
{{- $values := index .root.Values .component -}}
{{- $annotations := deepCopy $values.podAnnotations -}}
{{- $_ := set $annotations "checksum/config" ($values.environment | toJson | sha256sum) -}}
{{- $_ := set $annotations "checksum/secrets" ($values.secrets | toJson | sha256sum) -}}
{{- include "application.strings" $annotations -}}
{{- end -}}

{{- define "application.envFrom" -}}
{{- $values := index .root.Values .component -}}
{{- with $values.environment }}
- configMapRef:
    name: {{ include "application.name" $ | quote }}
{{- end }}
{{- with include "application.secretName" $ }}
- secretRef:
    name: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* Spread over zones, and away from each other on nodes. */}}
{{- define "application.spread" -}}
{{- $spread := (index .root.Values .component).topologySpread -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ $spread.zones }}
    {{- with $spread.minZones }}
    minDomains: {{ . }}
    {{- end }}
    # A zone whose nodes these pods may not use does not count as an empty one.
    nodeTaintsPolicy: Honor
    labelSelector:
      matchLabels: {{- include "application.selector" . | nindent 8 }}
    # Ignore pods of the version that is being replaced.
    matchLabelKeys: ["pod-template-hash"]
affinity:
  podAntiAffinity:
    {{- if eq $spread.hosts "required" }}
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- include "application.selector" . | nindent 12 }}
        matchLabelKeys: ["pod-template-hash"]
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels: {{- include "application.selector" . | nindent 14 }}
          matchLabelKeys: ["pod-template-hash"]
    {{- end }}
{{- end -}}

{{- define "application.container" -}}
{{- $values := index .root.Values .component -}}
name: {{ .component }}
image: {{ include "application.image" $values.image | quote }}
imagePullPolicy: {{ $values.image.pullPolicy }}
securityContext: {{- include "application.containerSecurity" . | nindent 2 }}
ports:
  - name: http
    containerPort: {{ $values.port }}
    protocol: TCP
  {{- if and $values.metrics.enabled (eq (include "application.metricsPort" .) "metrics") }}
  - name: metrics
    containerPort: {{ $values.metrics.port }}
    protocol: TCP
  {{- end }}
{{- with include "application.envFrom" . }}
envFrom: {{- . | trim | nindent 2 }}
{{- end }}
{{- if include "application.secretName" . }}
env:
  # A variable keeps its first value; the files there have the current one.
  - name: SECRETS_DIR
    value: {{ include "application.secretsFolder" . }}
{{- end }}
startupProbe: {{- include "application.probe" $values.probes.startup | nindent 2 }}
readinessProbe: {{- include "application.probe" $values.probes.readiness | nindent 2 }}
livenessProbe: {{- include "application.probe" $values.probes.liveness | nindent 2 }}
{{- if $values.preStopSeconds }}
lifecycle:
  preStop:
    # By the kubelet itself (Kubernetes 1.30 and later): the image needs no shell.
    sleep:
      seconds: {{ $values.preStopSeconds }}
{{- end }}
resources:
  requests:
    cpu: {{ $values.resources.cpu | quote }}
    memory: {{ $values.resources.memory | quote }}
    ephemeral-storage: {{ $values.resources.ephemeralStorage | quote }}
  limits:
    memory: {{ $values.resources.memory | quote }}
    ephemeral-storage: {{ $values.resources.ephemeralStorage | quote }}
{{- if or $values.writablePaths (include "application.secretName" .) }}
volumeMounts:
  {{- range $number, $entry := $values.writablePaths }}
  - name: writable-{{ $number }}
    mountPath: {{ $entry.path | quote }}
  {{- end }}
  {{- if include "application.secretName" . }}
  - name: secrets
    mountPath: {{ include "application.secretsFolder" . }}
    readOnly: true
  {{- end }}
{{- end }}
{{- end -}}

{{- define "application.podSpec" -}}
{{- $values := index .root.Values .component -}}
serviceAccountName: {{ include "application.serviceAccountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
terminationGracePeriodSeconds: {{ $values.terminationGraceSeconds }}
securityContext: {{- include "application.podSecurity" $values.runAsUser | nindent 2 }}
{{ include "application.spread" . }}
{{- with $values.nodeSelector }}
nodeSelector: {{- include "application.strings" . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- range . }}
  - key: {{ .key | quote }}
    operator: {{ .operator }}
    {{- with .value }}
    value: {{ . | quote }}
    {{- end }}
    effect: {{ .effect }}
  {{- end }}
{{- end }}
containers:
  - {{ include "application.container" . | nindent 4 | trim }}
{{- if or $values.writablePaths (include "application.secretName" .) }}
volumes:
  {{- range $number, $entry := $values.writablePaths }}
  - name: writable-{{ $number }}
    emptyDir:
      sizeLimit: {{ $entry.size | quote }}
  {{- end }}
  {{- with include "application.secretName" . }}
  - name: secrets
    secret:
      secretName: {{ . | quote }}
      # 0440: for the group of the processes.
      defaultMode: 288
  {{- end }}
{{- end }}
{{- end -}}
