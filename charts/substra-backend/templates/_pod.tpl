{{/* The pod of every component. Call with (dict "root" $ "component" "worker" "values" its section). */}}
{{- define "substra.pod" -}}
{{- $root := .root -}}
{{- $tls := and .root.Values.orchestrator.tls.enabled (ne .component "scheduler-worker") -}}
{{- $ca := .root.Values.privateCa -}}
metadata:
  labels:
    {{- include "substra.labels" . | nindent 4 }}
    {{- range $role := list "orchestrator" "database" "redis" "storage" }}
    role-{{ $role }}-client: "true"
    {{- end }}
    {{- if and (eq .component "server") .root.Values.server.allowLocalRequests }}
    role-server-client: "true"
    {{- end }}
  annotations:
    {{- range $file := list "orchestrator" "settings" "database" "redis" "objectstore" }}
    checksum/{{ $file }}: {{ include (printf "%s/config-%s.yaml" $root.Template.BasePath $file) $root | sha256sum }}
    {{- end }}
spec:
  securityContext: { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001, fsGroup: 1001 }
  {{- with .values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  initContainers:
    {{- include "standin.database.wait" .root | nindent 4 }}
    {{- if $ca.enabled }}
    - name: add-cert
      image: {{ include "substra.image" (dict "root" .root "image" $ca.image) }}
      imagePullPolicy: {{ $ca.image.pullPolicy }}
      command: [sh, -c, update-ca-certificates && cp /etc/ssl/certs/* /tmp/certs/]
      securityContext: { runAsNonRoot: false, runAsUser: 0 }
      volumeMounts:
        - { name: ssl-certs, mountPath: /tmp/certs }
        - { name: private-ca, mountPath: /usr/local/share/ca-certificates }
    {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "substra.image" (dict "root" .root "image" .values.image) }}
      imagePullPolicy: {{ .values.image.pullPolicy }}
      envFrom:
        {{- include "substra.pod.envFrom" .root | trim | nindent 8 }}
      {{- if $ca.enabled }}
      env:
        - { name: REQUESTS_CA_BUNDLE, value: /etc/ssl/certs/ca-certificates.crt }
      {{- end }}
      {{- if eq .component "server" }}
      {{- include "substra.pod.server" .root | nindent 6 }}
      {{- end }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      volumeMounts:
        {{- if $ca.enabled }}
        - { name: ssl-certs, mountPath: /etc/ssl/certs }
        {{- end }}
        {{- with .media }}
        - { name: {{ .volume }}, mountPath: {{ .path }} }
        {{- end }}
        {{- if $tls }}
        - { name: orchestrator-tls-cacert, mountPath: /var/substra/orchestrator/tls/server, readOnly: true }
        {{- if include "substra.mtls" .root }}
        - { name: orchestrator-tls-client-pair, mountPath: /var/substra/orchestrator/tls/client, readOnly: true }
        {{- end }}
        {{- end }}
  volumes:
    {{- if $ca.enabled }}
    - { name: ssl-certs, emptyDir: {} }
    - { name: private-ca, secret: { secretName: {{ $ca.secret.name }} } }
    {{- end }}
    {{- if eq .component "server" }}
    - name: data-servermedias
      persistentVolumeClaim:
        claimName: {{ include "substra.mediaClaim" .root }}
    {{- end }}
    {{- if $tls }}
    - { name: orchestrator-tls-cacert, secret: { secretName: {{ .root.Values.orchestrator.tls.cacert }} } }
    {{- if include "substra.mtls" .root }}
    - name: orchestrator-tls-client-pair
      secret: { secretName: {{ .root.Values.orchestrator.tls.mtls.clientCertificate }} }
    {{- end }}
    {{- end }}
  {{- range $key := list "nodeSelector" "affinity" "tolerations" }}
  {{- with get $.values $key }}
  {{ $key }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}
