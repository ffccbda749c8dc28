{{/* What tells the components' pods apart: where their values are, which of the release's ConfigMaps and
Secrets they read whole, what they wait for, and the roles by which policies know them. A component with
claims is a StatefulSet. Call with nothing, through fromYaml. */}}
{{- define "substra.components" -}}
server:
  at: [server]
  configMaps: [orchestrator, settings, database, oidc]
  secrets: [objectstore, database, server-key]
  fields: { HOST_IP: status.hostIP, POD_IP: status.podIP }
  folders: { statics: /usr/src/app/backend/statics, runtime-secrets: /var/substra/runtime-secrets }
  waits: [certificates, collectstatic, postgresql, migrate, minio, redis]
  roles: [database-client, internet-egress, internet-ingress, orchestrator-client, redis-client, storage-client]
worker: &worker
  at: [worker]
  configMaps: [orchestrator, settings, database, redis, registry]
  secrets: [objectstore, database]
  fields: { NAMESPACE: metadata.namespace, NODE_NAME: spec.nodeName, POD_NAME: metadata.name }
  settings: celery
  waits: [certificates, postgresql, minio]
  roles: [api-k8s-client, database-client, internet-egress, orchestrator-client, redis-client, registry-client, server-client, storage-client]
  claims: [subtuple]
builder:
  <<: *worker
  at: [builder]
  # A change of these alone does not roll it.
  unwatched: [database, redis]
  fields: { NAMESPACE: metadata.namespace, NODE_NAME: spec.nodeName, HOST_IP: status.hostIP, POD_IP: status.podIP }
  waits: [postgresql, redis, certificates, minio]
  # The second one is for the pods that build images; the builder does not mount it.
  claims: [subtuple, docker-cache]
api-events: &events
  at: [api, events]
  container: api-event-app
  configMaps: [orchestrator, settings, database, redis]
  secrets: [database]
  fields: { NAMESPACE: metadata.namespace }
  settings: api.events
  waits: [certificates, postgresql, migrations, redis]
  ready: /tmp/ready
  roles: [database-client, orchestrator-client, redis-client]
worker-events:
  <<: *events
  at: [worker, events]
  container: worker-event-app
  settings: worker.events
  roles: [api-k8s-client, database-client, orchestrator-client, redis-client]
scheduler: &scheduler
  at: [scheduler]
  configMaps: [orchestrator, settings, database, redis, registry]
  secrets: [database]
  fields: { NAMESPACE: metadata.namespace, NODE_NAME: spec.nodeName }
  folders: { runtime-db: /var/substra/runtime-db }
  settings: celery
  waits: [redis]
  roles: [database-client, orchestrator-client, redis-client, registry-client]
scheduler-worker:
  <<: *scheduler
  at: [schedulerWorker]
  folders: {}
  waits: [certificates, redis]
  # It never calls the orchestrator.
  withoutTls: true
{{- end -}}
