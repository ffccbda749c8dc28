{{/* One file of a Secret, which a running pod never sees renewed: it is a subPath, as all here are. */}}
{{- define "choreo-connect.file" -}}
- name: {{ .volume }}
  mountPath: {{ .path }}
  readOnly: true
  subPath: {{ .subPath | quote }}
{{- end -}}

{{/* A component's mounts of keys and certificates. Call as choreo-connect.pair. */}}
{{- define "choreo-connect.mounts" -}}
{{- $root := .root -}}
{{- $security := "/home/wso2/security" -}}
{{- $pair := include "choreo-connect.pair" . | fromJson -}}
{{- $own := printf "%s-keystore" .component -}}
{{ include "choreo-connect.file" (dict "volume" (printf "%s-key" $own) "path" (printf "%s/keystore/mg.key" $security) "subPath" $pair.key.subPath) }}
{{ include "choreo-connect.file" (dict "volume" (printf "%s-cert" $own) "path" (printf "%s/keystore/mg.pem" $security) "subPath" $pair.cert.subPath) }}
{{- if ne .component "router" }}
{{ include "choreo-connect.file" (dict "volume" (printf "%s-cert" $own) "path" (printf "%s/truststore/mg.pem" $security) "subPath" $pair.cert.subPath) }}
{{- end }}
{{- range $peer := without (list "adapter" "enforcer" "router") .component }}
{{- $theirs := include "choreo-connect.pair" (dict "root" $root "component" $peer) | fromJson }}
{{ include "choreo-connect.file" (dict "volume" (printf "%s-keystore-cert" $peer) "path" (printf "%s/truststore/%s-ca-cert.pem" $security $peer) "subPath" $theirs.cert.subPath) }}
{{- end }}
{{- range (include "choreo-connect.truststore" . | fromJson).entries }}
{{ include "choreo-connect.file" (dict "volume" .volume "path" (printf "%s/truststore/%s" $security .file) "subPath" .subPath) }}
{{- end }}
{{- if eq .component "enforcer" }}
{{- $token := include "choreo-connect.tokenPair" $root | fromJson }}
{{ include "choreo-connect.file" (dict "volume" "backend-jwt-keystore-key" "path" (printf "%s/keystore/backend-jwt.key" $security) "subPath" $token.key.subPath) }}
{{ include "choreo-connect.file" (dict "volume" "backend-jwt-keystore-cert" "path" (printf "%s/keystore/backend-jwt.pem" $security) "subPath" $token.cert.subPath) }}
{{- end }}
{{- if eq .component "router" }}
{{- with $root.Values.wso2.deployment.gatewayRuntime.router.security.backendCaCerts }}
{{ include "choreo-connect.file" (dict "volume" "router-backend-ca-certs" "path" "/etc/ssl/certs/ca-certificates.crt" "subPath" .subPath) }}
{{- end }}
{{- end }}
{{- include "choreo-connect.mounts.own" . }}
{{- end -}}

{{/* A component's mounts of volumeConfigs. */}}
{{- define "choreo-connect.mounts.own" -}}
{{- range .root.Values.wso2.deployment.volumeConfigs }}
{{- if eq .mount.container (printf "choreo-connect-%s" $.component) }}
- name: {{ .name }}
  mountPath: {{ .mount.path }}
  {{- with .mount.readOnly }}
  readOnly: {{ . }}
  {{- end }}
  {{- with .mount.subPath }}
  subPath: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
