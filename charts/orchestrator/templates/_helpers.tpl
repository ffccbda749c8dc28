{{- define "orchestrator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Start of every name: the release's own name where that already says "orchestrator". */}}
{{- define "orchestrator.prefix" -}}
{{- $name := include "orchestrator.name" . -}}
{{- contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}

{{/* The server's Deployment and Service. The name is part of the server certificate's SANs. */}}
{{- define "orchestrator.server" -}}
{{- $name := .Values.orchestrator.fullnameOverride | default (printf "%s-server" (include "orchestrator.prefix" .)) -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "orchestrator.migrations" -}}
{{- $name := .Values.migrations.fullnameOverride | default (printf "%s-migrations" (include "orchestrator.prefix" .)) -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "orchestrator.serviceAccount" -}}
{{- $own := .Values.fullnameOverride | default (include "orchestrator.prefix" .) | trunc 63 | trimSuffix "-" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary $own "default") -}}
{{- end -}}

{{/* What finds a component's pods. Call with (dict "root" $ "component" "server"). */}}
{{- define "orchestrator.selector" -}}
app.kubernetes.io/name: {{ include "orchestrator.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* What all pods of the chart have, those of other releases too. */}}
{{- define "orchestrator.commonLabels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{/* "+" separates the build suffix of a version and is no character of a label. */ -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "orchestrator.labels" -}}
{{ include "orchestrator.selector" . }}
{{ include "orchestrator.commonLabels" .root }}
{{- end -}}

{{/* The migrations have no label of their release, so that no policy closes their pod. */}}
{{- define "orchestrator.migrationLabels" -}}
app.kubernetes.io/component: migrations
{{ include "orchestrator.commonLabels" . }}
{{- end -}}

{{- define "orchestrator.image" -}}
{{- with .Values.orchestrator.image -}}
{{- include "standin.image" (dict "image" . "tag" (.tag | default $.Chart.AppVersion)) -}}
{{- end -}}
{{- end -}}

{{/* The name a certificate of the server must have for the probes to pass. */}}
{{- define "orchestrator.tlsName" -}}
{{- .Values.ingress.hostname | default (printf "%s.%s.svc.cluster.local" (include "orchestrator.server" .) .Release.Namespace) -}}
{{- end -}}

{{/* "true" when clients have to show a certificate, else empty: mtls without tls is off. */}}
{{- define "orchestrator.mtls" -}}
{{- if and .Values.orchestrator.tls.enabled .Values.orchestrator.tls.mtls.enabled }}true{{ end -}}
{{- end -}}

{{/* "true" when the server checks the mspid header against the certificate, else empty. */}}
{{- define "orchestrator.strict" -}}
{{- if and (include "orchestrator.mtls" .) .Values.orchestrator.verifyClientMSPID }}true{{ end -}}
{{- end -}}
