{{- define "choreo-connect.enforcer" -}}
{{- $values := .Values.wso2.deployment.gatewayRuntime.enforcer -}}
{{- $enforcer := dict "root" . "component" "enforcer" "values" $values -}}
{{- $env := dict -}}
{{- $_ := set $env "ENFORCER_PRIVATE_KEY_PATH" "/home/wso2/security/keystore/mg.key" -}}
{{- $_ := set $env "ENFORCER_PUBLIC_CERT_PATH" "/home/wso2/security/keystore/mg.pem" -}}
{{- $_ := set $env "TRUSTED_CA_CERTS_PATH" "/home/wso2/security/truststore" -}}
{{- $_ := set $env "ADAPTER_HOST" (include "choreo-connect.object" (dict "root" . "part" "adapter")) -}}
{{- $_ := set $env "ADAPTER_HOST_NAME" .Values.wso2.deployment.adapter.security.sslHostname -}}
{{- $_ := set $env "ADAPTER_XDS_PORT" "18000" -}}
{{- $_ := set $env "ENFORCER_REGION" "UNKNOWN" -}}
{{- $_ := set $env "XDS_MAX_MSG_SIZE" "4194304" -}}
{{- $_ := set $env "XDS_MAX_RETRIES" "3" -}}
{{- with .Values.wso2.choreoAnalytics.endpoint }}{{ $_ := set $env "analytics_authURL" . }}{{ end -}}
{{ include "choreo-connect.container" $enforcer }}
ports:
  - containerPort: 8081
  - containerPort: 9001
env:
  {{- include "choreo-connect.env" (merge (dict "env" $env) $enforcer) | trim | nindent 2 }}
  {{- with .Values.wso2.deployment.labelName }}
  - { name: ENFORCER_LABEL, value: {{ . | quote }} }
  {{- end }}
{{- include "choreo-connect.scriptProbes" $values }}
volumeMounts:
  {{- include "choreo-connect.mounts" $enforcer | trim | nindent 2 }}
  - { name: enforcer-log4j2, mountPath: /home/wso2/conf/log4j2.properties, readOnly: true, subPath: log4j2.properties }
  - { name: grpc-probe-health-check, mountPath: /home/wso2/check_health.sh, subPath: check_health.sh }
{{- end -}}

{{- define "choreo-connect.router" -}}
{{- $values := .Values.wso2.deployment.gatewayRuntime.router -}}
{{- $router := dict "root" . "component" "router" "values" $values -}}
{{- $env := dict -}}
{{- $_ := set $env "ROUTER_PRIVATE_KEY_PATH" "/home/wso2/security/keystore/mg.key" -}}
{{- $_ := set $env "ROUTER_PUBLIC_CERT_PATH" "/home/wso2/security/keystore/mg.pem" -}}
{{- $_ := set $env "ROUTER_ADMIN_HOST" "0.0.0.0" -}}
{{- $_ := set $env "ROUTER_ADMIN_PORT" "9000" -}}
{{- $_ := set $env "ROUTER_CLUSTER" "default_cluster" -}}
{{- $_ := set $env "ADAPTER_HOST" (include "choreo-connect.object" (dict "root" . "part" "adapter")) -}}
{{- $_ := set $env "ADAPTER_PORT" "18000" -}}
{{- $_ := set $env "ADAPTER_CA_CERT_PATH" "/home/wso2/security/truststore/adapter-ca-cert.pem" -}}
{{- $_ := set $env "ENFORCER_HOST" "127.0.0.1" -}}
{{- $_ := set $env "ENFORCER_PORT" "8081" -}}
{{- $_ := set $env "ENFORCER_ANALYTICS_HOST" "127.0.0.1" -}}
{{- $_ := set $env "ENFORCER_ANALYTICS_RECEIVER_PORT" "18090" -}}
{{- $_ := set $env "CONCURRENCY" "2" -}}
{{- $_ := set $env "ENFORCER_CA_CERT_PATH" "/home/wso2/security/truststore/enforcer-ca-cert.pem" -}}
{{ include "choreo-connect.container" $router }}
ports:
  - containerPort: 9000
  - containerPort: 9095
env:
  {{- include "choreo-connect.env" (merge (dict "env" $env) $router) | trim | nindent 2 }}
  {{- with .Values.wso2.deployment.labelName }}
  - { name: ROUTER_LABEL, value: {{ . | quote }} }
  {{- end }}
{{- range $probe, $path := dict "startupProbe" "/ready" "readinessProbe" "/ready" "livenessProbe" "/health" }}
{{ $probe }}:
  httpGet:
    port: 9095
    path: {{ $path }}
    scheme: HTTPS
    httpHeaders:
      - { name: Host, value: {{ $values.ingress.hostname | quote }} }
  {{- toYaml (get $values $probe) | nindent 2 }}
{{- end }}
volumeMounts:
  {{- include "choreo-connect.mounts" $router | trim | nindent 2 }}
{{- end -}}
