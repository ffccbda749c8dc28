{{/* Where the credentials stand, and the URL that the kubelet pastes together from them, unescaped. */}}

{{- define "orchestrator.database.envFrom" -}}
- configMapRef:
    name: {{ include "orchestrator.server" . }}-database
- secretRef:
    name: {{ .Values.database.auth.credentialsSecretName | default (printf "%s-database" (include "orchestrator.server" .)) }}
{{- end -}}

{{- define "orchestrator.database.env" -}}
{{- $bundled := and .Values.postgresql.enabled (not .Values.database.host) -}}
{{- $parameters := .Values.database.connectionParameters | default (ternary "sslmode=disable" "" $bundled) -}}
- name: ORCHESTRATOR_DATABASE_URL
  value: postgres://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@$(DATABASE_HOSTNAME):$(DATABASE_PORT)/$(DATABASE_DATABASE){{ with $parameters }}?{{ . }}{{ end }}
{{- end -}}
