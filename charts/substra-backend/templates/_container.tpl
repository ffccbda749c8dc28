{{/* A component's own container. Call with what substra.pod is called with. */}}
{{- define "substra.container" -}}
- name: {{ .facts.container | default .component }}
  image: {{ include "substra.image" (dict "root" .root "image" .values.image) }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  envFrom:
    {{- include "substra.envFrom" . | trim | nindent 4 }}
  env:
    {{- include "substra.env" . | trim | nindent 4 }}
  {{- if has .component (list "server" "builder") }}
  ports:
    - { name: http, containerPort: 8000 }
  {{- end }}
  {{- with .facts.ready }}
  readinessProbe:
    exec: { command: [cat, {{ . }}] }
    initialDelaySeconds: 5
    periodSeconds: 20
  {{- end }}
  {{- if eq .component "server" }}
  {{- include "substra.serverProbes" .root | trim | nindent 2 }}
  {{- end }}
  resources:
    {{- toYaml .values.resources | nindent 4 }}
  volumeMounts:
    {{- include "substra.mounts" . | trim | nindent 4 }}
{{- end -}}

{{/* Call with (dict "root" $ "facts" {configMaps, secrets}). */}}
{{- define "substra.envFrom" -}}
{{- range .facts.configMaps }}
- configMapRef: { name: {{ include "substra.fullname" $.root }}-{{ . }} }
{{- end }}
{{- range .facts.secrets }}
{{- $own := printf "%s-%s" (include "substra.fullname" $.root) . }}
- secretRef: { name: {{ eq . "database" | ternary (include "substra.databaseSecret" $.root) $own }} }
{{- end }}
{{- if and (has "server-key" .facts.secrets) .root.Values.oidc.enabled }}
- secretRef: { name: {{ .root.Values.oidc.clientSecretName }} }
{{- end }}
{{- end -}}

{{- define "substra.env" -}}
{{- range $variable, $path := .facts.fields }}
- { name: {{ $variable }}, valueFrom: { fieldRef: { fieldPath: {{ $path }} } } }
{{- end }}
{{- with .facts.settings }}
- { name: DJANGO_SETTINGS_MODULE, value: backend.settings.{{ . }}.{{ $.root.Values.settings }} }
{{- end }}
{{- if has "redis" .facts.configMaps }}
- name: CELERY_BROKER_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ include "substra.redisSecret" .root }}, key: {{ include "substra.redisKey" . }} }
{{- end }}
{{- if .facts.claims }}
- { name: DEFAULT_DOMAIN, value: {{ .root.Values.server.defaultDomain | quote }} }
- { name: OBJECTSTORE_URL, value: {{ include "substra.objectStore" .root | quote }} }
{{- end }}
{{- if and .root.Values.privateCa.enabled (has "objectstore" .facts.secrets) }}
- { name: REQUESTS_CA_BUNDLE, value: /etc/ssl/certs/ca-certificates.crt }
{{- end }}
{{- end -}}

{{/* Both ask the orchestrator whether it knows the MSP ID. */}}
{{- define "substra.serverProbes" -}}
{{- range $probe := list "livenessProbe" "readinessProbe" }}
{{- with get $.Values.server $probe }}
{{- if .enabled }}
{{ $probe }}:
  httpGet: { path: {{ .path }}, port: http }
  {{- omit . "enabled" "path" | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "substra.mounts" -}}
{{- range $name, $path := .facts.folders }}
- { name: {{ $name }}, mountPath: {{ $path }} }
{{- end }}
{{- if eq .component "server" }}
- { name: data-servermedias, mountPath: /var/substra/servermedias }
- { name: uwsgi, mountPath: /usr/src/app/uwsgi.ini, subPath: uwsgi.ini, readOnly: true }
{{- end }}
{{- with .facts.claims }}
- { name: {{ first . }}, mountPath: /var/substra/medias/{{ first . }} }
{{- end }}
{{- if and .root.Values.privateCa.enabled (has "certificates" .facts.waits) }}
- { name: ssl-certs, mountPath: /etc/ssl/certs }
{{- end }}
{{- if and .root.Values.orchestrator.tls.enabled (not .facts.withoutTls) }}
- { name: orchestrator-tls-cacert, mountPath: /var/substra/orchestrator/tls/server }
{{- if include "substra.mtls" .root }}
- { name: orchestrator-tls-client-pair, mountPath: /var/substra/orchestrator/tls/client }
{{- end }}
{{- end }}
{{- end -}}
