{{/* What both pods have around their containers. Call with (dict "root" $ "component" "adapter" "values" its section). */}}
{{- define "choreo-connect.pod" -}}
serviceAccountName: {{ include "choreo-connect.serviceAccount" .root }}
automountServiceAccountToken: {{ .values.automountServiceAccountToken }}
{{- if or .root.Values.wso2.deployment.imagePullSecrets (include "choreo-connect.subscribed" .root) }}
imagePullSecrets:
  {{- $subscription := include "choreo-connect.object" (dict "root" .root "part" "wso2-subscription-creds") }}
  {{- range .root.Values.wso2.deployment.imagePullSecrets | default (list $subscription) }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- range $key, $value := dict "securityContext" .values.podSecurityContext "nodeSelector" .values.nodeSelector "affinity" .values.affinity "tolerations" .values.tolerations }}
{{- with $value }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The start of a container. Call with (dict "root" $ "component" "enforcer" "values" its section). */}}
{{- define "choreo-connect.container" -}}
name: choreo-connect-{{ .component }}
image: {{ include "choreo-connect.image" . }}
imagePullPolicy: {{ .values.imagePullPolicy }}
{{- with .values.containerSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The end of a container's environment: the last of a name wins. Call as choreo-connect.container. */}}
{{- define "choreo-connect.env" -}}
{{- range $name, $value := .env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- with .values.envOverride }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Probes by the script that asks the gRPC server how it is. Call with a component's section. */}}
{{- define "choreo-connect.scriptProbes" -}}
{{- range $probe := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- with get $ $probe }}
{{ $probe }}:
  exec: { command: [sh, check_health.sh] }
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
