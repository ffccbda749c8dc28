import assert from "node:assert/strict";
import gte from "semver/functions/gte";
import { changed, type Helm, type Manifests, type Values } from "./helm";
import { secretData, variablesOf } from "./objects";
import { databaseUrl, migrations, server, serverPod } from "./orchestrator-server";
import { plainOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/** The part of chart orchestrator's contract that is about the database. */
export function orchestratorDatabaseFacts(helm: () => Helm, version: string): void {
  const render = (values: Values) => helm().template("orchestrator", target, values);
  const plain = (changes: Values = {}) => render(changed(plainOrchestrator, changes));

  it("builds one database URL for server and migrations, without TLS for the bundled one", async () => {
    const manifests = await plain();
    const bundled = "postgres://u:p@orchestrator-postgresql.substra:5432/d";
    for (const container of [server(manifests), migrations(manifests)]) {
      const { href } = await databaseUrl(manifests, container);
      assert.equal(href, `${bundled}?sslmode=disable`);
    }

    const elsewhere = { "database.host": "db.example.com", "database.port": 6543 };
    const both = await plain(elsewhere);
    const far = "postgres://u:p@db.example.com:6543/d";
    assert.equal((await databaseUrl(both, server(both))).href, `${far}?sslmode=disable`);
    const external = { ...elsewhere, "postgresql.enabled": false };
    const unsaid = await plain(external);
    assert.equal((await databaseUrl(unsaid, server(unsaid))).search, "");
    const said = await plain({
      ...external,
      "database.connectionParameters": "sslmode=verify-full",
    });
    assert.equal((await databaseUrl(said, server(said))).href, `${far}?sslmode=verify-full`);
  });

  it("waits for the database before it starts", async () => {
    const [wait] = serverPod(await plain()).spec?.initContainers ?? [];
    assert.equal(wait?.name, "wait-postgresql");
    assert.match(
      wait.command?.join(" ") ?? "",
      /pg_isready.*[ =]orchestrator-postgresql\.substra /,
    );
    // templates/_helpers.tpl
    if (gte(version, "8.2.1")) {
      assert.deepEqual(variablesOf(wait), { PGUSER: "u", PGPASSWORD: "p", PGDATABASE: "d" });
    }
  });

  it("bundles a database with the image and the account from the values", async () => {
    const manifests = await plain();
    const container = database(manifests);
    assert.match(container?.image ?? "", /^docker\.io\/bitnamilegacy\/postgresql:1\d\./);
    const { POSTGRES_USER, POSTGRES_PASSWORD } = variablesOf(container);
    assert.equal(POSTGRES_USER, "u");
    assert.equal(POSTGRES_PASSWORD, "orchestrator-postgresql/password");
    const secret = secretData(manifests.get("Secret", "orchestrator-postgresql"));
    assert.equal(secret.password, "p");
  });

  it("takes the image of the bundled database from another registry", async () => {
    const image = { registry: "mirror.example.com", repository: "bitnami/postgresql", tag: "16" };
    const container = database(await plain({ "postgresql.image": image }));
    assert.equal(container?.image, "mirror.example.com/bitnami/postgresql:16");
  });

  it("creates no Secret for credentials that are in another one", async () => {
    const manifests = await plain({
      "database.auth.credentialsSecretName": "database",
      "postgresql.auth.existingSecret": "database",
    });
    assert.deepEqual(manifests.names("Secret"), []);
    for (const container of [server(manifests), migrations(manifests)]) {
      assert.deepEqual(container.envFrom?.at(-1), { secretRef: { name: "database" } });
    }
    assert.equal(variablesOf(database(manifests)).POSTGRES_PASSWORD, "database/password");
  });

  it("keeps the bundled database on its own volume", async () => {
    const { spec } = (await plain()).get("StatefulSet", "orchestrator-postgresql");
    assert.deepEqual(
      spec?.volumeClaimTemplates?.map(({ metadata }) => metadata?.name),
      ["data"],
    );
  });

  it("bundles a database only for the superuser by default, which knows its password or lets everybody in", async () => {
    const image = { repository: "bitnamilegacy/postgresql" };
    const manifests = await render({ postgresql: { image } });
    const { POSTGRES_USER, POSTGRES_PASSWORD, ALLOW_EMPTY_PASSWORD } = variablesOf(
      database(manifests),
    );
    assert.equal(POSTGRES_USER, undefined);
    // values.yaml, postgresql.auth.enablePostgresUser
    const isOpen = gte(version, "8.7.4");
    assert.equal(ALLOW_EMPTY_PASSWORD, isOpen ? "true" : undefined);
    assert.equal(
      POSTGRES_PASSWORD,
      isOpen ? undefined : "orchestrator-postgresql/postgres-password",
    );
    const secret = secretData(manifests.get("Secret", "orchestrator-postgresql"));
    assert.equal(secret["postgres-password"], "postgres");
  });
}

function database(manifests: Manifests) {
  const { spec } = manifests.get("StatefulSet", "orchestrator-postgresql");
  return spec?.template.spec?.containers[0];
}
