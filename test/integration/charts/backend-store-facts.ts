import assert from "node:assert/strict";
import gte from "semver/functions/gte";
import lt from "semver/functions/lt";
import { component, componentsOf, containerOf, fullname, rolled, target } from "./backend-pods";
import { changed, type Helm, type Values } from "./helm";
import { readWhole, secretData, variablesOf } from "./objects";
import { mutualBackend, plainBackend } from "./values";

const QUEUE_USERS = ["api-events", "scheduler", "scheduler-worker", "worker", "worker-events"];

/** The part of chart substra-backend's contract that is about what it stores, and where. */
export function backendStoreFacts(helm: () => Helm, version: string): void {
  const mutual = (changes: Values = {}) =>
    helm().template("substra-backend", target, changed(mutualBackend, changes));
  const names = componentsOf(version).map(({ name }) => name);

  it("bundles database, queue and object store from images that can be pulled", async () => {
    const manifests = await mutual();
    const image = (kind: "StatefulSet" | "Deployment", name: string) =>
      manifests.get(kind, name).spec?.template.spec?.containers[0]?.image ?? "";
    assert.match(image("StatefulSet", "backend-postgresql"), /^docker\.io\/bitnamilegacy\/post/);
    assert.match(
      image("StatefulSet", "backend-redis-master"),
      /^docker\.io\/bitnamilegacy\/redis:/,
    );
    assert.match(image("Deployment", "backend-minio"), /^docker\.io\/bitnamilegacy\/minio:/);
    const services = manifests.names("Service");
    for (const name of ["backend-minio", "backend-postgresql", "backend-redis-master"]) {
      assert.ok(services.includes(name), name);
    }
    const database = manifests.get("ConfigMap", `${fullname}-database`).data;
    assert.equal(database?.DATABASE_HOSTNAME, "backend-postgresql.org1");
    const queue = manifests.get("ConfigMap", `${fullname}-redis`).data;
    assert.equal(queue?.CELERY_BROKER_HOST, "backend-redis-master");
    const settings = manifests.get("ConfigMap", `${fullname}-settings`).data;
    assert.equal(settings?.OBJECTSTORE_URL, "backend-minio:9000");
  });

  it("uses an external database, and then has none of its own", async () => {
    const manifests = await mutual({
      "postgresql.enabled": false,
      "database.host": "db.example.com",
      "database.auth.credentialsSecretName": "credentials",
    });
    assert.ok(!manifests.names("StatefulSet").includes("backend-postgresql"));
    const { data } = manifests.get("ConfigMap", `${fullname}-database`);
    assert.equal(data?.DATABASE_HOSTNAME, "db.example.com");
    for (const each of componentsOf(version)) {
      assert.ok(readWhole(containerOf(manifests, each)).includes("Secret credentials"), each.name);
    }
    assert.ok(!manifests.names("Secret").includes(`${fullname}-database`));
  });

  it("keeps the object store's keys in a Secret of the sub-chart and in one for the pods", async () => {
    const manifests = await mutual();
    const keys = secretData(manifests.get("Secret", "backend-minio"));
    assert.deepEqual([keys["root-user"], keys["root-password"]], ["minio", "minio1234"]);
    const { MINIO_ROOT_PASSWORD } = variablesOf(
      manifests.get("Deployment", "backend-minio").spec?.template.spec?.containers[0],
    );
    assert.equal(MINIO_ROOT_PASSWORD, "backend-minio/root-password");
    assert.deepEqual(secretData(manifests.get("Secret", `${fullname}-objectstore`)), {
      OBJECTSTORE_ACCESSKEY: "minio",
      OBJECTSTORE_SECRETKEY: "minio1234",
    });
    for (const name of ["server", "worker"]) {
      const found = readWhole(containerOf(manifests, component(name)));
      assert.ok(found.includes(`Secret ${fullname}-objectstore`), name);
    }
  });

  it("gives the queue's password to all components that use the queue", async () => {
    const manifests = await mutual();
    const secret = secretData(manifests.get("Secret", "backend-redis"));
    assert.equal(secret["redis-password"], "redis");
    const users = [...QUEUE_USERS, ...(names.includes("builder") ? ["builder"] : [])];
    for (const name of users) {
      const container = containerOf(manifests, component(name));
      // templates/deployment-*.yaml; before, templates/secret-redis.yaml
      if (gte(version, "26.8.1")) {
        const { CELERY_BROKER_PASSWORD } = variablesOf(container);
        assert.equal(CELERY_BROKER_PASSWORD, "backend-redis/redis-password", name);
      } else {
        assert.ok(readWhole(container).includes(`Secret ${fullname}-redis`), name);
      }
    }
  });

  // templates/deployment-*.yaml; before, a checksum of templates/secret-redis.yaml
  it(`rolls ${lt(version, "26.8.1") ? "the pods that use it" : "none of its pods"} if the queue's password changes`, async () => {
    const after = await mutual({ "redis.auth.password": "another" });
    const expected = lt(version, "26.8.1") ? names.filter((name) => name !== "server") : [];
    assert.deepEqual(rolled(version, await mutual(), after), expected);
  });

  it("rolls all pods if the database's password changes", async () => {
    const after = await mutual({
      "database.auth.password": "another",
      "postgresql.auth.password": "another",
    });
    assert.deepEqual(rolled(version, await mutual(), after), names);
  });

  it("recreates pods whose volume can be mounted only once, instead of rolling them", async () => {
    const manifests = await mutual();
    const strategy = (name: string) => manifests.get("Deployment", name).spec?.strategy?.type;
    assert.equal(strategy("backend-minio"), "Recreate");
    // values.yaml, docker-registry.updateStrategy
    const registry = gte(version, "26.10.0") ? "Recreate" : undefined;
    assert.equal(strategy("backend-docker-registry"), registry);
    // templates/deployment-server.yaml; 26.10.0 and 26.10.1 render `map[type:Recreate]`, which the API server refuses
    const server = gte(version, "26.10.2") ? "Recreate" : undefined;
    assert.equal(strategy(`${fullname}-server`), server);
  });

  it("keeps its data in claims with stable names", async () => {
    const manifests = await mutual();
    assert.deepEqual(manifests.names("PersistentVolumeClaim"), [
      "backend-docker-registry",
      "backend-minio",
      `${fullname}-servermedias`,
    ]);
    const claims = (name: string) =>
      manifests
        .get("StatefulSet", name)
        .spec?.volumeClaimTemplates?.map(({ metadata }) => metadata?.name);
    assert.deepEqual(claims("backend-postgresql"), ["data"]);
    assert.deepEqual(claims("backend-redis-master"), ["redis-data"]);
    assert.ok(claims(`${fullname}-worker`)?.includes("subtuple"));
  });

  it("bundles a database only for the superuser by default", async () => {
    const image = { repository: "bitnamilegacy/postgresql" };
    const values = changed(plainBackend, { database: {}, postgresql: { image } });
    const manifests = await helm().template("substra-backend", target, values);
    const { spec } = manifests.get("StatefulSet", "backend-postgresql");
    const { ALLOW_EMPTY_PASSWORD } = variablesOf(spec?.template.spec?.containers[0]);
    // values.yaml, postgresql.auth.enablePostgresUser
    assert.equal(ALLOW_EMPTY_PASSWORD, gte(version, "26.7.1") ? "true" : undefined);
    const secret = secretData(manifests.get("Secret", "backend-postgresql"));
    assert.equal(secret["postgres-password"], "postgres");
  });
}
