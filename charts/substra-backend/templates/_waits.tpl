{{/* Init containers, by what substra.components says that a component waits for. Each is called with the
root context. */}}

{{/* Lets the pod trust the private CA. */}}
{{- define "substra.wait.certificates" -}}
{{- with .Values.privateCa -}}
{{- if .enabled -}}
- name: add-cert
  image: {{ include "substra.image" (dict "root" $ "image" .image) }}
  imagePullPolicy: {{ .image.pullPolicy }}
  command: [sh, -c, update-ca-certificates && cp /etc/ssl/certs/* /tmp/certs/]
  securityContext: { runAsNonRoot: false, runAsUser: 0 }
  volumeMounts:
    - { name: ssl-certs, mountPath: /tmp/certs }
    - name: private-ca
      mountPath: /usr/local/share/ca-certificates/{{ .secret.fileName }}
      subPath: {{ .secret.fileName }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "substra.wait.postgresql" -}}
{{- include "standin.database.wait" . -}}
{{- end -}}

{{- define "substra.wait.redis" -}}
{{- if .Values.redis.enabled -}}
- name: wait-redis
  image: {{ include "standin.image" (dict "image" .Values.initImages.dockerize) }}
  command: [dockerize, -wait, "tcp://{{ include "substra.redisHost" . }}:{{ .Values.redis.master.service.ports.redis }}", -timeout, 5m]
{{- end -}}
{{- end -}}

{{- define "substra.wait.minio" -}}
- name: wait-minio
  image: {{ include "standin.image" (dict "image" .Values.initImages.dockerize) }}
  command: [dockerize, -wait, "tcp://{{ include "substra.objectStore" . }}", -timeout, 15s]
{{- end -}}

{{/* Has the migrations been applied. */}}
{{- define "substra.wait.migrations" -}}
- name: wait-init-migrations
  image: {{ include "substra.image" (dict "root" . "image" .Values.worker.events.image) }}
  command: [bash, /usr/src/app/wait-init-migration.sh]
  {{- include "substra.wait.settings" (dict "root" . "configMaps" (list "orchestrator" "database" "settings") "secrets" (list "database")) | nindent 2 }}
  volumeMounts:
    - name: volume-wait-init-migrations
      mountPath: /usr/src/app/wait-init-migration.sh
      subPath: wait-init-migration.sh
{{- end -}}

{{/* Applies the migrations, as the Job after an upgrade does again. */}}
{{- define "substra.wait.migrate" -}}
- name: init-migrate
  image: {{ include "substra.image" (dict "root" . "image" .Values.server.image) }}
  command: [python, manage.py, migrate]
  {{- include "substra.wait.settings" (dict "root" . "configMaps" (list "orchestrator" "database" "settings") "secrets" (list "objectstore" "database")) | nindent 2 }}
{{- end -}}

{{- define "substra.wait.collectstatic" -}}
- name: init-collectstatic
  image: {{ include "substra.image" (dict "root" . "image" .Values.server.image) }}
  command: [python, manage.py, collectstatic, --noinput]
  {{- include "substra.wait.settings" (dict "root" . "configMaps" (list "orchestrator" "settings") "secrets" list) | nindent 2 }}
  volumeMounts:
    - { name: statics, mountPath: /usr/src/app/backend/statics }
{{- end -}}

{{/* How Django's own commands find their settings. */}}
{{- define "substra.wait.settings" -}}
envFrom:
  {{- include "substra.envFrom" (dict "root" .root "facts" .) | trim | nindent 2 }}
env:
  - { name: DJANGO_SETTINGS_MODULE, value: backend.settings.{{ .root.Values.settings }} }
{{- end -}}
