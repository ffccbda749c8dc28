{{/* Where the parts of the database's URL stand. */}}
{{- define "orchestrator.database.envFrom" -}}
- configMapRef:
    name: {{ include "orchestrator.server" . }}-database
- secretRef:
    name: {{ .Values.database.auth.credentialsSecretName | default (printf "%s-database" (include "orchestrator.server" .)) }}
{{- end -}}

{{/* The container's shell pastes them together as they are, unescaped. Call with the program to run,
which finds the URL in ORCHESTRATOR_DATABASE_URL. */}}
{{- define "orchestrator.database.command" -}}
- sh
- -c
- |
  server="postgres://$DATABASE_USERNAME:$DATABASE_PASSWORD@$DATABASE_HOSTNAME:$DATABASE_PORT"
  export ORCHESTRATOR_DATABASE_URL="$server/$DATABASE_DATABASE?$DATABASE_CONNECTION_PARAMETERS"
  {{ . }}
{{- end -}}
