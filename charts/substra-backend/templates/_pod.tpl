{{/* The pod of a component. Call with (dict "root" $ "component" "worker" "facts" its entry in
substra.components "values" its section). */}}
{{- define "substra.pod" -}}
{{- $root := .root -}}
{{- $facts := .facts -}}
metadata:
  labels:
    {{- include "substra.labels" . | nindent 4 }}
    {{- range .facts.roles }}
    role-{{ . }}: "true"
    {{- end }}
    {{- if and (eq .component "server") .root.Values.server.allowLocalRequests }}
    role-server-client: "true"
    {{- end }}
  annotations:
    {{- range $file := concat .facts.configMaps .facts.secrets | uniq }}
    {{- if not (or (eq $file "server-key") (has $file $facts.unwatched)) }}
    checksum/{{ $file }}: {{ include (printf "%s/config-%s.yaml" $root.Template.BasePath $file) $root | sha256sum }}
    {{- end }}
    {{- end }}
    {{- if has "redis" .facts.configMaps }}
    # Of the Secret's name, not of the password in it.
    checksum/redis-secret: {{ include "substra.redisSecret" .root | sha256sum }}
    {{- end }}
spec:
  securityContext: { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001, fsGroup: 1001 }
  {{- with .values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  initContainers:
    {{- range .facts.waits }}
    {{- include (printf "substra.wait.%s" .) $root | nindent 4 }}
    {{- end }}
  containers:
    {{- include "substra.container" . | nindent 4 }}
  volumes:
    {{- include "substra.volumes" . | trim | nindent 4 }}
  {{- range $key := list "nodeSelector" "affinity" "tolerations" }}
  {{- with get $.values $key }}
  {{ $key }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{- define "substra.volumes" -}}
{{- range $name, $_ := .facts.folders }}
- { name: {{ $name }}, emptyDir: {} }
{{- end }}
{{- if eq .component "server" }}
- name: data-servermedias
  persistentVolumeClaim: { claimName: {{ include "substra.mediaClaim" .root }} }
- name: uwsgi
  configMap: { name: {{ include "substra.fullname" .root }}-server-uwsgi }
{{- end }}
{{- if has "migrations" .facts.waits }}
- name: volume-wait-init-migrations
  configMap: { name: {{ include "substra.fullname" .root }}-wait-init-migrations }
{{- end }}
{{- if and .root.Values.privateCa.enabled (has "certificates" .facts.waits) }}
- { name: ssl-certs, emptyDir: {} }
- { name: private-ca, secret: { secretName: {{ .root.Values.privateCa.secret.name }} } }
{{- end }}
{{- if and .root.Values.orchestrator.tls.enabled (not .facts.withoutTls) }}
- { name: orchestrator-tls-cacert, secret: { secretName: {{ .root.Values.orchestrator.tls.cacert }} } }
{{- if include "substra.mtls" .root }}
- name: orchestrator-tls-client-pair
  secret: { secretName: {{ .root.Values.orchestrator.tls.mtls.clientCertificate }} }
{{- end }}
{{- end }}
{{- end -}}
