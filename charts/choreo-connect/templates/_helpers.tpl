{{- define "choreo-connect.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Start of every name: the release's own name where that already holds the chart's. */}}
{{- define "choreo-connect.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of an object. Call with (dict "root" $ "part" "adapter"). */}}
{{- define "choreo-connect.object" -}}
{{- printf "%s-%s" (include "choreo-connect.fullname" .root) .part | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What finds a component's pods. Call with (dict "root" $ "component" "adapter"), or "gateway-runtime". */}}
{{- define "choreo-connect.selector" -}}
app.kubernetes.io/name: {{ include "choreo-connect.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: choreo-connect-{{ .component }}
{{- end -}}

{{- define "choreo-connect.labels" -}}
{{ include "choreo-connect.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{/* "+" separates the build suffix of a version and is no character of a label. */ -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "choreo-connect.serviceAccount" -}}
{{- with .Values.kubernetes.serviceAccount -}}
{{- .name | default (.create | ternary (include "choreo-connect.fullname" $) "default") -}}
{{- end -}}
{{- end -}}

{{/* "true" without an API Manager as control plane, else empty. Templates of config.toml may call it by this name. */}}
{{- define "choreo-connect.deploymentMode.isStandalone" -}}
{{- if eq (upper .Values.wso2.deployment.mode) "STANDALONE" }}true{{ end -}}
{{- end -}}

{{/* The values of a component as JSON. Call with (dict "root" $ "component" "enforcer"). */}}
{{- define "choreo-connect.section" -}}
{{- $deployment := .root.Values.wso2.deployment -}}
{{- eq .component "adapter" | ternary $deployment.adapter (get $deployment.gatewayRuntime .component) | toJson -}}
{{- end -}}

{{/* "true" with a subscription to WSO2's own images, else empty. */}}
{{- define "choreo-connect.subscribed" -}}
{{- if and .Values.wso2.subscription.username .Values.wso2.subscription.password }}true{{ end -}}
{{- end -}}

{{/* A component's image: subscribers' tags have a fourth number. Call as choreo-connect.section. */}}
{{- define "choreo-connect.image" -}}
{{- $section := include "choreo-connect.section" . | fromJson -}}
{{- $own := "docker.wso2.com" -}}
{{- $public := include "choreo-connect.subscribed" .root | empty | ternary "wso2" $own -}}
{{- $registry := $section.dockerRegistry | default .root.Values.wso2.deployment.dockerRegistry | default $public -}}
{{- $tag := toString $section.imageTag -}}
{{- $short := and (include "choreo-connect.subscribed" .root | empty | not) (eq $registry $own) (eq (len (splitList "." $tag)) 3) -}}
{{- printf "%s/%s" $registry $section.imageName -}}
{{- with $tag }}:{{ . }}{{ $short | ternary ".0" "" }}{{ end -}}
{{- end -}}
