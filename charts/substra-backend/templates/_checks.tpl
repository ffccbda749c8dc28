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

{{- define "substra.check.oidc" -}}
{{- if .Values.oidc.enabled -}}
{{- include "standin.check.secret" (dict "key" "oidc.clientSecretName" "name" .Values.oidc.clientSecretName) -}}
{{- end -}}
{{- end -}}

{{- define "substra.check.stores" -}}
{{- range $section := list "redis" "minio" "docker-registry" -}}
{{- $name := include "standin.store.name" (dict "root" $ "section" $section) -}}
{{- $expected := printf "%s-%s" $.Release.Name $section -}}
{{- if and (get $.Values $section).enabled (ne $name $expected) -}}
{{- printf "%s: the sub-chart would name its objects %q, by the release's name or its own nameOverride or fullnameOverride, and the pods look for %q" $section $name $expected | fail -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.redis.enabled .Values.redis.host) -}}
{{- fail "redis.enabled is off and redis.host is empty: there is no queue" -}}
{{- else if not (or .Values.redis.enabled .Values.redis.auth.existingSecret) -}}
{{- printf "redis.enabled is off and redis.auth.existingSecret is empty: nothing makes the Secret %q that the pods read" (include "substra.redisSecret" .) | fail -}}
{{- end -}}
{{- if not .Values.minio.enabled -}}
{{- fail "minio.enabled is off: there is no object store (this stand-in has no localstack)" -}}
{{- else if or (lt (len .Values.minio.auth.rootUser) 3) (lt (len .Values.minio.auth.rootPassword) 8) -}}
{{- fail "minio.auth: MinIO starts only with a rootUser of 3 characters and a rootPassword of 8 at least" -}}
{{- end -}}
{{- end -}}
