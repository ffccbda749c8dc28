{{/* Both probes. With mTLS they show the server's own pair: it needs the clientAuth usage as well. */}}
{{- define "orchestrator.probe" -}}
exec:
  command:
    - /bin/grpc_health_probe
    - -v
    - -addr=:9000
    {{- if .Values.orchestrator.tls.enabled }}
    - -tls
    - -tls-ca-cert=/var/orchestrator/tls/server/cacert/ca.crt
    - -tls-server-name={{ include "orchestrator.tlsName" . }}
    {{- if include "orchestrator.mtls" . }}
    - -tls-client-key=/var/orchestrator/tls/server/pair/tls.key
    - -tls-client-cert=/var/orchestrator/tls/server/pair/tls.crt
    {{- end }}
    {{- end }}
periodSeconds: 10
timeoutSeconds: 2
{{- end -}}

{{/* A key of clientCACerts as a volume's name: the key itself is the directory the server reads. */}}
{{- define "orchestrator.tls.clientVolume" -}}
orchestrator-tls-client-cacert-{{ kebabcase . }}
{{- end -}}

{{- define "orchestrator.tls.mounts" -}}
{{- if .Values.orchestrator.tls.enabled }}
- name: orchestrator-tls-server-pair
  mountPath: /var/orchestrator/tls/server/pair
  readOnly: true
- name: orchestrator-tls-cacert
  mountPath: /var/orchestrator/tls/server/cacert
  readOnly: true
{{- end }}
{{- if include "orchestrator.mtls" . }}
{{- range $key, $_ := .Values.orchestrator.tls.mtls.clientCACerts }}
- name: {{ include "orchestrator.tls.clientVolume" $key }}
  mountPath: {{ printf "/var/orchestrator/tls/client/%s" $key | quote }}
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{- define "orchestrator.tls.volumes" -}}
{{- if .Values.orchestrator.tls.enabled }}
- name: orchestrator-tls-server-pair
  secret:
    secretName: {{ .Values.orchestrator.tls.secrets.pair }}
- name: orchestrator-tls-cacert
  secret:
    secretName: {{ .Values.orchestrator.tls.cacert }}
{{- end }}
{{- if include "orchestrator.mtls" . }}
{{- range $key, $secrets := .Values.orchestrator.tls.mtls.clientCACerts }}
- name: {{ include "orchestrator.tls.clientVolume" $key }}
  projected:
    sources:
      {{- range $secrets }}
      - secret:
          name: {{ . }}
          items:
            - key: ca.crt
              path: {{ kebabcase . }}.crt
      {{- end }}
{{- end }}
{{- end }}
{{- end -}}
