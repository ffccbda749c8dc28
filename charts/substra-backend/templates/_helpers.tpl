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

{{/* Names of the bundled queue and object store. */}}
{{- define "substra.redis" -}}
{{- include "standin.store.name" (dict "root" . "section" "redis") }}-master
{{- end -}}

{{- define "substra.minio" -}}
{{- include "standin.store.name" (dict "root" . "section" "minio") -}}
{{- end -}}
