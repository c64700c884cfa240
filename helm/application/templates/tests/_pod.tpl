{{/* A pod that reads a component's readiness path through its Service; it stays until the next run, so that its log can be read. Takes dict "root" "component". */}}
{{- define "application.testPod" -}}
{{- $values := index .root.Values .component -}}
{{- $image := .root.Values.tests.image -}}
{{- $hook := dict "helm.sh/hook" "test" "helm.sh/hook-delete-policy" "before-hook-creation" -}}
{{- $name := printf "%s-test" (include "application.name" .) -}}
apiVersion: v1
kind: Pod
{{ include "application.metadata" (dict "root" .root "component" "test" "name" $name "annotations" $hook) }}
spec:
  restartPolicy: Never
  activeDeadlineSeconds: 300
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .root.Values.global.imagePullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . | quote }}
    {{- end }}
  {{- end }}
  securityContext: {{- include "application.podSecurity" $values.runAsUser | nindent 4 }}
  containers:
    - name: test
      image: {{ include "application.image" $image | quote }}
      imagePullPolicy: {{ $image.pullPolicy }}
      securityContext: {{- include "application.containerSecurity" . | nindent 8 }}
      # A new pod's policies need some seconds to take effect, so it tries more than once.
      command:
        - sh
        - -c
        - for try in 1 2 3 4 5 6 7 8 9 10; do wget -q -T 5 -O /dev/null "$URL" && exit 0; sleep 3; done; exit 1
      env:
        - name: URL
          value: {{ printf "http://%s:%v%s" (include "application.name" .) $values.port $values.probes.readiness.path | quote }}
      resources:
        requests: { cpu: "10m", memory: "16Mi", ephemeral-storage: "1Mi" }
        limits: { memory: "32Mi", ephemeral-storage: "16Mi" }
{{- end -}}
