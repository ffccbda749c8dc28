{{/* Where the API server refuses what the real chart renders, or pods never get ready, these fail with
the reason. Each is called at the top of the template that it protects. */}}

{{- define "substra.check.orchestrator" -}}
{{- $orchestrator := .Values.orchestrator -}}
{{- range $key := list "host" "mspID" -}}
{{- if not (get $orchestrator $key) -}}
{{- printf "orchestrator.%s is empty: no pod can ask the orchestrator for its organization, so none gets ready" $key | fail -}}
{{- end -}}
{{- end -}}
{{- if not (kindIs "slice" $orchestrator.channels) -}}
{{- printf "orchestrator.channels is a %s: it is a list of maps, each from one channel's name to its settings" (kindOf $orchestrator.channels) | fail -}}
{{- end -}}
{{- range $orchestrator.channels -}}
{{- if not (and (kindIs "map" .) (eq (len .) 1)) -}}
{{- printf "orchestrator.channels: an entry is not a map from one channel's name to its settings: %s" (toJson .) | fail -}}
{{- end -}}
{{- end -}}
{{- if $orchestrator.tls.enabled -}}
{{- include "standin.check.secret" (dict "key" "orchestrator.tls.cacert" "name" $orchestrator.tls.cacert) -}}
{{- end -}}
{{- if include "substra.mtls" . -}}
{{- include "standin.check.secret" (dict "key" "orchestrator.tls.mtls.clientCertificate" "name" $orchestrator.tls.mtls.clientCertificate) -}}
{{- end -}}
{{- if .Values.privateCa.enabled -}}
{{- include "standin.check.secret" (dict "key" "privateCa.secret.name" "name" .Values.privateCa.secret.name) -}}
{{- end -}}
{{- end -}}

{{- define "substra.check.config" -}}
{{- range $key, $value := .Values.config -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- printf "config.%s is a %s: an environment variable is a string, so write lists and maps as JSON in quotes" $key (kindOf $value) | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "substra.check.accounts" -}}
{{- range $section := list "users" "incomingOrganizations" "outgoingOrganizations" -}}
{{- range get $.Values.addAccountOperator $section -}}
{{- if not (and (kindIs "map" .) .name .secret) -}}
{{- printf "addAccountOperator.%s: an entry has no name or no secret: the migrations Job fails, and the release with it" $section | fail -}}
{{- else if and (eq $section "users") (lt (len (toString .secret)) 20) -}}
{{- printf "addAccountOperator.users: the secret of %q has %d of 20 characters: the migrations Job refuses it, and the release fails" .name (len (toString .secret)) | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "substra.check.ingress" -}}
{{- if not (or .Values.server.ingress.hostname .Values.server.ingress.extraHosts) -}}
{{- fail "server.ingress.enabled without server.ingress.hostname or extraHosts: the API server refuses an Ingress without rules" -}}
{{- end -}}
{{- end -}}

{{- define "substra.check.stores" -}}
{{- if not (or .Values.redis.enabled .Values.redis.host) -}}
{{- fail "redis.enabled is off and redis.host is empty: there is no queue" -}}
{{- else if not .Values.redis.auth.password -}}
{{- fail "redis.auth.password is empty: the sub-chart makes up one that the pods cannot know" -}}
{{- end -}}
{{- if .Values.minio.enabled -}}
{{- if or (lt (len .Values.minio.auth.rootUser) 3) (lt (len .Values.minio.auth.rootPassword) 8) -}}
{{- fail "minio.auth: MinIO starts only with a rootUser of 3 characters and a rootPassword of 8 at least" -}}
{{- end -}}
{{- end -}}
{{- end -}}
