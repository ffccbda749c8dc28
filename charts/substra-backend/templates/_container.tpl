{{/* Every component reads all settings; a change of any of them rolls it, by the checksums above. */}}
{{- define "substra.pod.envFrom" -}}
{{- range list "orchestrator" "settings" "database" "redis" }}
- configMapRef: { name: {{ include "substra.fullname" $ }}-{{ . }} }
{{- end }}
- secretRef: { name: {{ include "substra.databaseSecret" . }} }
- secretRef: { name: {{ include "substra.fullname" . }}-redis }
- secretRef: { name: {{ include "substra.fullname" . }}-objectstore }
{{- end -}}

{{/* What the API server's container has more. Both probes ask the orchestrator for this MSP ID. */}}
{{- define "substra.pod.server" -}}
ports:
  - { name: http, containerPort: 8000 }
{{- range $probe := list "livenessProbe" "readinessProbe" }}
{{- with get $.Values.server $probe }}
{{- if .enabled }}
{{ $probe }}:
  httpGet: { path: {{ .path }}, port: http }
  {{- omit . "enabled" "path" | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "substra.mediaClaim" -}}
{{- .Values.server.persistence.servermedias.existingClaim | default (printf "%s-servermedias" (include "substra.fullname" .)) -}}
{{- end -}}
