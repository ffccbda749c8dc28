{{/* Where the real chart renders nothing, the API server refuses what it renders, or pods never get
ready, these fail with the reason. Each is called at the top of the template that it protects. */}}

{{- define "orchestrator.check.tls" -}}
{{- $tls := .Values.orchestrator.tls -}}
{{- if $tls.enabled -}}
{{- include "standin.check.secret" (dict "key" "orchestrator.tls.cacert" "name" $tls.cacert) -}}
{{- include "standin.check.secret" (dict "key" "orchestrator.tls.secrets.pair" "name" $tls.secrets.pair) -}}
{{- end -}}
{{- if include "orchestrator.mtls" . -}}
{{- include "orchestrator.check.clientCACerts" ($tls.mtls.clientCACerts | default dict) -}}
{{- end -}}
{{- if include "orchestrator.strict" . -}}
{{- range $channel := .Values.channels -}}
{{- range $channel.organizations -}}
{{- if not (get ($tls.mtls.clientCACerts | default dict) (toString .)) -}}
{{- printf "orchestrator.tls.mtls.clientCACerts has no Secret under %q, a member of channel %q: with verifyClientMSPID its requests are refused for ever and its backend never gets ready" (toString .) $channel.name | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Call with the map. */}}
{{- define "orchestrator.check.clientCACerts" -}}
{{- $path := "orchestrator.tls.mtls.clientCACerts" -}}
{{- if not (kindIs "map" .) -}}
{{- printf "%s is a %s: it is a map from an MSP ID to a list of Secret names" $path (kindOf .) | fail -}}
{{- end -}}
{{- if not . -}}
{{- printf "%s is empty: the server finds no client CA directory and dies at start; list one Secret at least (that of orchestrator.tls.cacert will do)" $path | fail -}}
{{- end -}}
{{- $keys := dict -}}
{{- range $key, $secrets := . -}}
{{- $volume := include "orchestrator.tls.clientVolume" $key -}}
{{- if gt (len (kebabcase $key)) 32 -}}
{{- printf "%s: %q is %q in kebab case, %d characters of the 32 that a volume's name leaves for it" $path $key (kebabcase $key) (len (kebabcase $key)) | fail -}}
{{- else if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" $volume) -}}
{{- printf "%s: %q would name a volume %q, which the API server refuses; use ASCII letters, digits and inner hyphens" $path $key $volume | fail -}}
{{- else if hasKey $keys $volume -}}
{{- printf "%s: %q and %q would name one volume %q twice, which the API server refuses" $path (get $keys $volume) $key $volume | fail -}}
{{- else if not (has (kindOf $secrets) (list "slice" "invalid")) -}}{{/* invalid is null: no entry */ -}}
{{- printf "%s: %q holds a %s: it takes a list of Secret names" $path $key (kindOf $secrets) | fail -}}
{{- end -}}
{{- $_ := set $keys $volume $key -}}
{{- $files := dict -}}
{{- range $secrets -}}
{{- include "standin.check.secret" (dict "key" (printf "%s.%s" $path $key) "name" .) -}}
{{- if hasKey $files (kebabcase .) -}}
{{- printf "%s.%s: %q and %q would both be the file %s.crt, which the API server refuses" $path $key (get $files (kebabcase .)) . (kebabcase .) | fail -}}
{{- end -}}
{{- $_ := set $files (kebabcase .) . -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "orchestrator.check.certificate" -}}
{{- $path := "orchestrator.tls.createCertificates" -}}
{{- $certificate := .Values.orchestrator.tls.createCertificates -}}
{{- if not $certificate.issuer -}}
{{- printf "%s.issuer is empty: cert-manager refuses a Certificate without an issuer" $path | fail -}}
{{- else if not (has $certificate.issuerKind (list "Issuer" "ClusterIssuer")) -}}
{{- printf "%s.issuerKind is %q: cert-manager knows Issuer and ClusterIssuer" $path $certificate.issuerKind | fail -}}
{{- end -}}
{{- if not $certificate.domains -}}
{{- printf "%s.domains is empty: cert-manager refuses a Certificate without a name" $path | fail -}}
{{- end -}}
{{- range $certificate.domains -}}
{{- if hasPrefix "*" . -}}
{{- printf "%s.domains: %q begins with an asterisk, which renders YAML that does not parse: list the names themselves" $path . | fail -}}
{{- end -}}
{{- end -}}
{{- $name := include "orchestrator.tlsName" . -}}
{{- if and .Values.orchestrator.tls.enabled (not (has $name $certificate.domains)) -}}
{{- printf "%s.domains lacks %q, the name the probes check: the server would be restarted for ever" $path $name | fail -}}
{{- end -}}
{{- end -}}
