{{/* Where the real chart renders nothing, the API server refuses what it renders, or pods never get
ready, these fail with the reason. Called at the top of both Deployments, as each shows all components' Secrets. */}}
{{- define "choreo-connect.checks" -}}
{{- range $component := list "adapter" "enforcer" "router" -}}
{{- include "choreo-connect.check" (dict "root" $ "component" $component) -}}
{{- end -}}
{{- include "choreo-connect.check.volumeConfigs" . -}}
{{- end -}}

{{/* Call with (dict "root" $ "component" "enforcer"). */}}
{{- define "choreo-connect.check" -}}
{{- $path := printf "wso2.deployment.%s%s.security" (eq .component "adapter" | ternary "" "gatewayRuntime.") .component -}}
{{- $security := (include "choreo-connect.section" . | fromJson).security -}}
{{- include "choreo-connect.check.pair" (dict "path" (printf "%s.keystore" $path) "pair" $security.keystore) -}}
{{- if eq .component "enforcer" -}}
{{- include "choreo-connect.check.pair" (dict "path" (printf "%s.backendJWT.keystore" $path) "pair" $security.backendJWT.keystore) -}}
{{- end -}}
{{- if and (eq .component "router") $security.backendCaCerts -}}
{{- include "choreo-connect.check.file" (dict "path" (printf "%s.backendCaCerts" $path) "file" $security.backendCaCerts) -}}
{{- end -}}
{{- $path = printf "%s.truststore" $path -}}
{{- range $security.truststore -}}
{{- with . }}{{ include "choreo-connect.check.file" (dict "path" $path "file" .) }}{{ end -}}
{{- end -}}
{{- $volumes := dict -}}
{{- $files := dict "mg.pem" true -}}
{{- range $peer := without (list "adapter" "enforcer" "router") .component -}}
{{- $_ := set $files (printf "%s-ca-cert.pem" $peer) true -}}
{{- end -}}
{{- range (include "choreo-connect.truststore" . | fromJson).entries -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" .volume) -}}
{{- printf "%s: a volume would be called %q, which the API server refuses" $path .volume | fail -}}
{{- else if hasKey $volumes .volume -}}
{{- printf "%s: two entries would name one volume %q, which the API server refuses" $path .volume | fail -}}
{{- else if hasKey $files .file -}}
{{- printf "%s: %q stands twice in the truststore, which the API server refuses; set another mountAs" $path .file | fail -}}
{{- end -}}
{{- $_ := set $volumes .volume true -}}
{{- $_ := set $files .file true -}}
{{- end -}}
{{- end -}}

{{- define "choreo-connect.check.pair" -}}
{{- if .pair -}}
{{- range $half := list "key" "cert" -}}
{{- if not (get $.pair $half) -}}
{{- printf "%s has no %s: the chart renders with both of key and cert, or neither" $.path $half | fail -}}
{{- end -}}
{{- include "choreo-connect.check.file" (dict "path" (printf "%s.%s" $.path $half) "file" (get $.pair $half)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "choreo-connect.check.file" -}}
{{- if not (and (kindIs "map" .file) .file.subPath) -}}
{{- printf "%s is not {secretName, subPath}: a whole Secret would be mounted where one file belongs, and the container does not start" .path | fail -}}
{{- else if not (and (kindIs "string" .file.secretName) .file.secretName) -}}
{{- printf "%s.secretName names no Secret (%s)" .path (toJson .file.secretName) | fail -}}
{{- else if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" .file.secretName) -}}
{{- printf "%s.secretName is %q, a name that no Secret can have" .path .file.secretName | fail -}}
{{- end -}}
{{- end -}}

{{/* Call with $. */}}
{{- define "choreo-connect.check.volumeConfigs" -}}
{{- $names := dict -}}
{{- range .Values.wso2.deployment.volumeConfigs -}}
{{- $pod := eq .mount.container "choreo-connect-adapter" | ternary "adapter" "gateway-runtime" -}}
{{- $id := printf "%s/%s" $pod .name -}}
{{- if hasKey $names $id -}}
{{- printf "wso2.deployment.volumeConfigs: %q stands twice in one pod, and the API server refuses a volume's name that does; each entry is mounted in one container" .name | fail -}}
{{- end -}}
{{- $_ := set $names $id true -}}
{{- end -}}
{{- end -}}
