{{/* The objects of a component. Each takes dict "root" "component"; the component's values are those of that name. */}}

{{- define "application.deployment" -}}
{{- $values := index .root.Values .component -}}
apiVersion: apps/v1
kind: Deployment
{{ include "application.metadata" . }}
spec:
  {{- if eq (int $values.replicas.min) (int $values.replicas.max) }}
  replicas: {{ $values.replicas.min }}
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 600
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 25%
  selector:
    matchLabels: {{- include "application.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "application.podLabels" . | nindent 8 }}
      annotations: {{- include "application.podAnnotations" . | nindent 8 }}
    spec: {{- include "application.podSpec" . | nindent 6 }}
{{- end -}}

{{- define "application.service" -}}
{{- $values := index .root.Values .component -}}
apiVersion: v1
kind: Service
{{ include "application.metadata" . }}
spec:
  type: ClusterIP
  selector: {{- include "application.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ $values.port }}
      targetPort: http
      protocol: TCP
      appProtocol: http
    {{- if and $values.metrics.enabled (eq (include "application.metricsPort" .) "metrics") }}
    - name: metrics
      port: {{ $values.metrics.port }}
      targetPort: metrics
      protocol: TCP
      appProtocol: http
    {{- end }}
{{- end -}}

{{/* With equal bounds there is no autoscaler, and the Deployment sets the number of replicas. */}}
{{- define "application.hpa" -}}
{{- $values := index .root.Values .component -}}
{{- if lt (int $values.replicas.min) (int $values.replicas.max) -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{{ include "application.metadata" . }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "application.name" . | quote }}
  minReplicas: {{ $values.replicas.min }}
  maxReplicas: {{ $values.replicas.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $values.autoscaling.cpuPercent }}
    {{- with $values.autoscaling.memoryPercent }}
    - type: Resource
      resource:
        name: memory
        target:
          type: Utilization
          averageUtilization: {{ . }}
    {{- end }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      policies:
        - type: Percent
          value: 100
          periodSeconds: 30
    scaleDown:
      stabilizationWindowSeconds: 300
      policies:
        - type: Percent
          value: 50
          periodSeconds: 60
{{- end -}}
{{- end -}}

{{- define "application.serviceAccount" -}}
{{- $values := index .root.Values .component -}}
{{- if $values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
{{- $name := include "application.serviceAccountName" . }}
{{ include "application.metadata" (merge (dict "name" $name "annotations" $values.serviceAccount.annotations) .) }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{/* With one replica it would block every drain of a node. */}}
{{- define "application.pdb" -}}
{{- $values := index .root.Values .component -}}
{{- if and $values.podDisruptionBudget.enabled (gt (int $values.replicas.min) 1) -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ include "application.metadata" . }}
spec:
  maxUnavailable: 1
  # A pod that is not ready anyway does not block a drain.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "application.selector" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- define "application.serviceMonitor" -}}
{{- $values := index .root.Values .component -}}
{{- if $values.metrics.enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
{{ include "application.metadata" . }}
spec:
  selector:
    matchLabels: {{- include "application.selector" . | nindent 6 }}
  endpoints:
    - port: {{ include "application.metricsPort" . }}
      path: {{ $values.metrics.path | quote }}
      interval: {{ $values.metrics.interval | quote }}
{{- end -}}
{{- end -}}
