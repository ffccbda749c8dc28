{{/* Refusals that have nothing to do with TLS; _checks-tls.tpl says what all of them are for. */}}

{{- define "orchestrator.check.channels" -}}
{{- if not (kindIs "slice" .Values.channels) -}}
{{- printf "channels is a %s: it is a list of {name, organizations}" (kindOf .Values.channels) | fail -}}
{{- end -}}
{{- $names := dict -}}
{{- range .Values.channels -}}
{{- if not (and (kindIs "map" .) .name (kindIs "slice" .organizations)) -}}
{{- printf "channels: an entry is not {name, organizations: [MSP ID, …]}: %s" (toJson .) | fail -}}
{{- else if hasKey $names .name -}}
{{- printf "channels: %q stands twice, and the server reads a map from name to members" .name | fail -}}
{{- end -}}
{{- $_ := set $names .name true -}}
{{- end -}}
{{- end -}}

{{- define "orchestrator.check.ingress" -}}
{{- if and .Values.ingress.hostname .Values.ingress.extraHosts -}}
{{- fail "ingress.extraHosts together with ingress.hostname renders YAML that does not parse: set ingress.hostname to \"\" and list every host, or use hostname alone" -}}
{{- else if not (or .Values.ingress.hostname .Values.ingress.extraHosts) -}}
{{- fail "ingress.enabled without ingress.hostname or ingress.extraHosts: the API server refuses an Ingress without rules" -}}
{{- end -}}
{{- end -}}

{{/* The server and the migrations get the database as one URL. Passwords stay out of the messages. */}}
{{- define "orchestrator.check.databaseURL" -}}
{{- $auth := .Values.database.auth -}}
{{- $inURL := "[-A-Za-z0-9._~!$&'()*+,;=@]" -}}
{{- if not $auth.credentialsSecretName -}}
{{- if not (regexMatch (printf "^(%s|:)*$" $inURL) (toString $auth.password)) -}}
{{- fail "database.auth.password holds a character that a URL cannot hold as it is (/ ? # % [ ] a blank …): the server cannot read its database URL and dies at start" -}}
{{- else if not (regexMatch (printf "^%s*$" $inURL) (toString $auth.username)) -}}
{{- printf "database.auth.username %q holds a character that a URL cannot hold as it is: the server cannot read its database URL and dies at start" $auth.username | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
