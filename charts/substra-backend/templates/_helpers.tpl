{{- define "substra.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Start of every name. Unlike in the orchestrator's chart the release's name never stands alone. */}}
{{- define "substra.fullname" -}}
{{- printf "%s-%s" .Release.Name (include "substra.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What finds a component's pods. Call with (dict "root" $ "component" "server"). */}}
{{- define "substra.selector" -}}
app.kubernetes.io/name: {{ include "substra.name" .root }}-{{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "substra.labels" -}}
{{ include "substra.selector" . }}
app.kubernetes.io/part-of: {{ include "substra.name" .root }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{/* "+" separates the build suffix of a version and is no character of a label. */ -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* A component's section of the values, as YAML. Call with (dict "root" $ "facts" …). */}}
{{- define "substra.section" -}}
{{- $section := .root.Values -}}
{{- range .facts.at -}}
{{- $section = get $section . -}}
{{- end -}}
{{- toYaml $section -}}
{{- end -}}

{{/* metadata of an object that belongs to all pods. Call with (dict "root" $ "suffix" "settings"). */}}
{{- define "substra.metadata" -}}
name: {{ include "substra.fullname" .root }}-{{ .suffix }}
labels:
  {{- include "substra.labels" (dict "root" .root "component" .suffix) | nindent 2 }}
{{- end -}}

{{- define "substra.image" -}}
{{- include "standin.image" (dict "image" .image "tag" (.image.tag | default .root.Chart.AppVersion)) -}}
{{- end -}}

{{/* "true" when the pods show a client certificate, else empty: mtls without tls is off. */}}
{{- define "substra.mtls" -}}
{{- if and .Values.orchestrator.tls.enabled .Values.orchestrator.tls.mtls.enabled }}true{{ end -}}
{{- end -}}

{{- define "substra.databaseSecret" -}}
{{- .Values.database.auth.credentialsSecretName | default (printf "%s-database" (include "substra.fullname" .)) -}}
{{- end -}}

{{- define "substra.accountsSecret" -}}
{{- .Values.addAccountOperator.existingSecret | default (printf "%s-add-account" (include "substra.fullname" .)) -}}
{{- end -}}

{{- define "substra.mediaClaim" -}}
{{- .Values.server.persistence.servermedias.existingClaim | default (printf "%s-servermedias" (include "substra.fullname" .)) -}}
{{- end -}}

{{/* Where the queue and the object store are, and who may use the queue. The chart takes it for granted
that the sub-charts name their objects after the release: a check refuses other names. */}}
{{- define "substra.redisHost" -}}
{{- .Values.redis.host | default (printf "%s-redis-master" .Release.Name) -}}
{{- end -}}

{{- define "substra.redisSecret" -}}
{{- .Values.redis.auth.existingSecret | default (printf "%s-redis" .Release.Name) -}}
{{- end -}}

{{/* Call with what substra.pod is called with: workers and builders read the default key, whatever the
value says. */}}
{{- define "substra.redisKey" -}}
{{- $key := "redis-password" -}}
{{- .facts.claims | empty | ternary (.root.Values.redis.auth.existingSecretPasswordKey | default $key) $key -}}
{{- end -}}

{{- define "substra.objectStore" -}}
{{- .Release.Name }}-minio:9000
{{- end -}}
