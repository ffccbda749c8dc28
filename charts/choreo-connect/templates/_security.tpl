{{/* Where a component's key and certificate are: {key, cert}, each {secretName, subPath}, as JSON. Without
values they are in a Secret of the chart's. Call with (dict "root" $ "component" "enforcer"). */}}
{{- define "choreo-connect.pair" -}}
{{- $section := include "choreo-connect.section" . | fromJson -}}
{{- include "choreo-connect.pairOr" (dict "root" .root "component" .component "keystore" $section.security.keystore) -}}
{{- end -}}

{{/* The enforcer's pair for tokens. Its default is the enforcer's default pair, whatever pair that has. */}}
{{- define "choreo-connect.tokenPair" -}}
{{- $keystore := .Values.wso2.deployment.gatewayRuntime.enforcer.security.backendJWT.keystore -}}
{{- include "choreo-connect.pairOr" (dict "root" . "component" "enforcer" "keystore" $keystore) -}}
{{- end -}}

{{- define "choreo-connect.pairOr" -}}
{{- $secret := include "choreo-connect.object" (dict "root" .root "part" (printf "%s-default-keystore" .component)) -}}
{{- $key := dict "secretName" $secret "subPath" "mg.key" -}}
{{- $cert := dict "secretName" $secret "subPath" "mg.pem" -}}
{{- .keystore | default (dict "key" $key "cert" $cert) | toJson -}}
{{- end -}}

{{/* What is mounted beside a component's own pair, or in its place, as JSON: the list "entries" of {secretName,
subPath, volume, file}. Call as choreo-connect.pair; the router has no truststore of this kind. */}}
{{- define "choreo-connect.truststore" -}}
{{- $given := compact ((include "choreo-connect.section" . | fromJson).security.truststore | default list) -}}
{{- $entries := list -}}
{{- range $given -}}
{{- $volume := printf "%s-%s-%s" $.component .secretName .subPath | lower | trunc 63 -}}
{{- $file := .mountAs | default (printf "%s-%s.pem" .secretName (.subPath | replace "." "-")) -}}
{{- $names := dict "volume" (regexReplaceAll "\\W+" $volume "-" | trimSuffix "-") "file" $file -}}
{{- $entries = append $entries (merge $names (pick . "secretName" "subPath")) -}}
{{- end -}}
{{- if not (or $given (eq .component "router")) -}}
{{- $file := eq .component "adapter" | ternary "controlplane.pem" "wso2carbon.pem" -}}
{{- $secret := include "choreo-connect.object" (dict "root" .root "part" (printf "%s-default-truststore" .component)) -}}
{{- $entries = list (dict "secretName" $secret "subPath" $file "volume" (printf "%s-truststore" .component) "file" $file) -}}
{{- end -}}
{{- dict "entries" $entries | toJson -}}
{{- end -}}

{{/* "true" if the enforcer has the file with which tokens of an API Manager are checked, else empty. */}}
{{- define "choreo-connect.wso2carbon" -}}
{{- range (include "choreo-connect.truststore" (dict "root" . "component" "enforcer") | fromJson).entries -}}
{{- if eq .file "wso2carbon.pem" }}true{{ end -}}
{{- end -}}
{{- end -}}
