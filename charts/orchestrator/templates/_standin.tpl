{{/* What both stand-in charts need; a test holds the two copies of this file equal. */}}

{{/* Call with (dict "image" {registry, repository, tag} "tag" …). */}}
{{- define "standin.image" -}}
{{- $tag := .tag | default .image.tag -}}
{{- list .image.registry .image.repository | compact | join "/" }}:{{ $tag -}}
{{- end -}}

{{/* An image of a bundled store, given as (dict "root" $ "section" "redis"). In August and September
2025 bitnami moved its versioned tags to bitnamilegacy/* and left only "latest" behind
(bitnami/containers#83267): the pods that pull them, and all that wait for them, never start. */}}
{{- define "standin.store.image" -}}
{{- $image := (get .root.Values .section).image -}}
{{- $hub := has ($image.registry | default "docker.io") (list "docker.io" "index.docker.io" "registry-1.docker.io") -}}
{{- if and $hub (hasPrefix "bitnami/" $image.repository) (ne (toString $image.tag) "latest") -}}
{{- printf "%s.image.repository is %q: its versioned tags are gone, %q cannot be pulled and the release waits for ever; use \"bitnamilegacy/%s\"" .section $image.repository (toString $image.tag) (trimPrefix "bitnami/" $image.repository) | fail -}}
{{- end -}}
{{- include "standin.image" (dict "image" $image) -}}
{{- end -}}

{{/* Call with (dict "key" the value's path "name" the value). Secrets are mounted by name, so a name
that no Secret can have leaves pods in ContainerCreating, if the API server takes it at all. */}}
{{- define "standin.check.secret" -}}
{{- if not (and .name (kindIs "string" .name)) -}}
{{- printf "%s names no Secret (%s)" .key (toJson .name) | fail -}}
{{- else if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" .name) -}}
{{- printf "%s is %q, a name that no Secret can have" .key .name | fail -}}
{{- end -}}
{{- end -}}

{{/* Name of a bundled store's objects, as bitnami's charts have it: the release's own name where that
already holds the chart's. Call with (dict "root" $ "section" "redis"). */}}
{{- define "standin.store.name" -}}
{{- $values := get .root.Values .section -}}
{{- $name := $values.nameOverride | default .section -}}
{{- $full := contains $name .root.Release.Name | ternary .root.Release.Name (printf "%s-%s" .root.Release.Name $name) -}}
{{- $values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What finds a bundled store's pods. Call with (dict "root" $ "section" "redis" "component" "master"). */}}
{{- define "standin.store.selector" -}}
app.kubernetes.io/name: {{ (get .root.Values .section).nameOverride | default .section }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* The spec of a claim. Call with (dict "storageClass" … "size" …). */}}
{{- define "standin.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClass }}
storageClassName: {{ . | trimPrefix "-" | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end -}}
