{{- define "choreo-connect.secret" -}}
- name: {{ .volume }}
  secret:
    secretName: {{ .secretName }}
{{- end -}}

{{/* A pod's volumes of keys and certificates. A peer's certificate is its Secret's, so every pod changes with
every component's Secret. Call with (dict "root" $ "components" (list "enforcer" "router")). */}}
{{- define "choreo-connect.volumes" -}}
{{- $root := .root -}}
{{- range $component := list "adapter" "enforcer" "router" }}
{{- $pair := include "choreo-connect.pair" (dict "root" $root "component" $component) | fromJson }}
{{- if has $component $.components }}
{{ include "choreo-connect.secret" (dict "volume" (printf "%s-keystore-key" $component) "secretName" $pair.key.secretName) }}
{{- end }}
{{ include "choreo-connect.secret" (dict "volume" (printf "%s-keystore-cert" $component) "secretName" $pair.cert.secretName) }}
{{- end }}
{{- range $component := .components }}
{{- range (include "choreo-connect.truststore" (dict "root" $root "component" $component) | fromJson).entries }}
{{ include "choreo-connect.secret" . }}
{{- end }}
{{- end }}
{{- if has "enforcer" .components }}
{{- $token := include "choreo-connect.tokenPair" $root | fromJson }}
{{ include "choreo-connect.secret" (dict "volume" "backend-jwt-keystore-key" "secretName" $token.key.secretName) }}
{{ include "choreo-connect.secret" (dict "volume" "backend-jwt-keystore-cert" "secretName" $token.cert.secretName) }}
{{- end }}
{{- if has "router" .components }}
{{- with $root.Values.wso2.deployment.gatewayRuntime.router.security.backendCaCerts }}
{{ include "choreo-connect.secret" (dict "volume" "router-backend-ca-certs" "secretName" .secretName) }}
{{- end }}
{{- end }}
{{- range $root.Values.wso2.deployment.volumeConfigs }}
{{- $component := trimPrefix "choreo-connect-" .mount.container }}
{{- if and (has $component $.components) (ne $component .mount.container) }}
- name: {{ .name }}
  {{- if eq .resource.kind "Secret" }}
  secret:
    secretName: {{ .resource.name }}
  {{- else if eq .resource.kind "ConfigMap" }}
  configMap:
    name: {{ .resource.name }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
