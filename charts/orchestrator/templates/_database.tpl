{{/* How a release reaches its database; a test holds the two charts' copies of this file equal. */}}

{{- define "standin.database.host" -}}
{{- $bundled := include "standin.store.name" (dict "root" . "section" "postgresql") -}}
{{- .Values.database.host | default (printf "%s.%s" $bundled .Release.Namespace) -}}
{{- end -}}

{{/* The user that the sub-chart creates; empty where there is only the superuser. */}}
{{- define "standin.database.custom" -}}
{{- with .Values.postgresql.auth.username -}}
{{- if ne . "postgres" }}{{ . }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "standin.database.superuserPassword" -}}
{{- with .Values.postgresql.auth -}}
{{- include "standin.database.custom" $ | empty | ternary (.password | default .postgresPassword) .postgresPassword -}}
{{- end -}}
{{- end -}}

{{/* Waits for the database, for as long as it takes. The account is that of the values, even where a
Secret holds another one: pg_isready does not log in. */}}
{{- define "standin.database.wait" -}}
- name: wait-postgresql
  image: {{ include "standin.image" (dict "image" .Values.initImages.postgresql) }}
  command: [sh, -c, until pg_isready -h {{ include "standin.database.host" . }} -p {{ .Values.database.port }}; do sleep 2; done]
  env:
    {{- range $variable, $key := dict "PGUSER" "username" "PGPASSWORD" "password" "PGDATABASE" "database" }}
    - { name: {{ $variable }}, value: {{ get $.Values.database.auth $key | quote }} }
    {{- end }}
{{- end -}}

{{/* Fails when the user, password or database that is used is not the one that is created. Passwords
stay out of the messages. */}}
{{- define "standin.database.check" -}}
{{- $used := .Values.database.auth -}}
{{- $made := .Values.postgresql.auth -}}
{{- if not (or .Values.database.host .Values.postgresql.enabled) -}}
{{- fail "postgresql.enabled is off and database.host is empty: there is no database" -}}
{{- else if and .Values.postgresql.enabled (not .Values.database.host) -}}
{{- $superuser := eq $used.username "postgres" -}}
{{- $custom := include "standin.database.custom" . -}}
{{- if and $custom (not $made.password) (not $made.existingSecret) -}}
{{- fail "postgresql.auth.password is empty: the sub-chart makes up one for its user that database.auth.password cannot match" -}}
{{- end -}}
{{- if and (ne $used.database $made.database) (ne $used.database "postgres") -}}
{{- printf "database.auth.database is %q, postgresql.auth.database %q: only the second one is created" $used.database $made.database | fail -}}
{{- end -}}
{{- if not (or $used.credentialsSecretName $made.existingSecret) -}}
{{- if and (ne $used.username $made.username) (not (and $superuser $made.enablePostgresUser)) -}}
{{- printf "database.auth.username is %q, postgresql.auth.username %q: the first one cannot log in" $used.username $made.username | fail -}}
{{- end -}}
{{- $password := and $superuser $made.enablePostgresUser | ternary (include "standin.database.superuserPassword" .) $made.password -}}
{{- if and (or $custom $made.enablePostgresUser) (ne $used.password $password) -}}
{{- printf "database.auth.password is not the password that postgresql.auth gives to %q: every connection would be refused" $used.username | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
