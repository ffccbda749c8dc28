import assert from "node:assert/strict";
import type {
  V1NetworkPolicy,
  V1PersistentVolumeClaim,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { readPlan } from "../../cli/report/plan";
import { reportOf } from "../../cli/report/report";
import { linesOf } from "../../cli/report/sources";
import { ensureToolchain, fileOf } from "../../toolchain";
import { configMapsIn, entryOf, list, ourSecrets } from "./api";
import { consortium } from "./example";
import { TestStack } from "./stack";

const [ORCHESTRATOR, ORG] = ["database-orchestrator", "database-org-1"];
const PASSWORD = "correct-horse-battery-staple";

const bundled = consortium("database", ["MyOrg1MSP"]);
const { MyOrg1MSP } = bundled.organizations;

/** Both databases on external servers; the orchestrator's password is set separately, as a secret. */
const external = {
  ...bundled,
  orchestrator: { ...bundled.orchestrator, database: { host: "10.0.0.5", username: "substra" } },
  organizations: {
    MyOrg1MSP: {
      ...MyOrg1MSP,
      database: { host: "db.example", port: 6432, name: "own", credentialsSecretName: "login" },
    },
  },
};

async function statefulSets(namespace: string): Promise<string[]> {
  const sets = await list<V1StatefulSet>(`/apis/apps/v1/namespaces/${namespace}/statefulsets`);
  return sets
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => name.includes("postgresql"));
}

async function claims(namespace: string): Promise<string[]> {
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  const found = await list<V1PersistentVolumeClaim>(path);
  return found
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => name.includes("postgresql"));
}

/** Returns the ports that the stack's policies admit, by policy name without Pulumi's suffix. */
async function admittedPorts(namespace: string): Promise<Record<string, unknown>> {
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  const own = (await list<V1NetworkPolicy>(path)).filter(
    ({ metadata }) => metadata?.annotations?.["meta.helm.sh/release-name"] === undefined,
  );
  const ports = own.map(({ metadata, spec }) => [
    metadata?.name?.replace(/-[0-9a-f]{8}$/, ""),
    spec?.egress?.flatMap(({ ports: each = [] }) => each.map(({ port }) => port)),
  ]);
  return Object.fromEntries(ports) as Record<string, unknown>;
}

async function databaseOf(namespace: string): Promise<object | undefined> {
  const maps = await configMapsIn(namespace);
  const found = maps.find(({ metadata }) => metadata?.name?.endsWith("-database"));
  return found?.data;
}

describe("an external database", function () {
  this.timeout(900_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create("database", bundled);
    await stack.up();
    await stack.configure(external);
    await stack.setSecret("orchestrator.database.password", PASSWORD);
  });
  after(() => stack.destroy());

  it("replaces a bundled one, with a preview that says what is lost, and quotes no password", async () => {
    const { failed, stdout, text } = await stack.run(["preview", "--json", "--show-sames"]);
    assert.ok(!failed, text);
    const made = await reportOf([readPlan(stdout, "preview")], {
      at: new Date(),
      linesOf: (plan) => linesOf(plan, { folder: stack.directory }),
      project: stack.directory,
      base: undefined,
      charts: true,
      helm: fileOf(await ensureToolchain(["test"]), "helm"),
    });
    const said = made.stacks.flatMap(({ dangers }) => dangers).map(({ text: danger }) => danger);
    for (const [release, namespace] of [
      ["orchestrator", ORCHESTRATOR],
      ["backend", ORG],
    ])
      assert.ok(
        said.includes(
          `Helm release ${release} in namespace ${namespace} no longer has StatefulSet ${release}-postgresql: its data stays behind in persistent volume claim data-${release}-postgresql-0, and nothing moves it to what replaces it.`,
        ),
        said.join("\n"),
      );
    assert.ok(!JSON.stringify(made).includes(PASSWORD) && !text.includes(PASSWORD));
  });

  it("is given to the pods, with the login in a Secret, and the bundled one is removed", async () => {
    await stack.up();
    assert.deepEqual(await statefulSets(ORCHESTRATOR), []);
    assert.deepEqual(await statefulSets(ORG), []);
    assert.deepEqual(await databaseOf(ORCHESTRATOR), {
      DATABASE_HOSTNAME: "10.0.0.5",
      DATABASE_PORT: "5432",
      DATABASE_DATABASE: "orchestrator",
      DATABASE_CONNECTION_PARAMETERS: "sslmode=require",
    });
    assert.deepEqual(await databaseOf(ORG), {
      DATABASE_HOSTNAME: "db.example",
      DATABASE_PORT: "6432",
      DATABASE_DATABASE: "own",
    });
    const secrets = await ourSecrets(ORCHESTRATOR);
    const name = [...secrets.keys()].find((each) => each.startsWith("orchestrator-database-"));
    const login = secrets.get(name ?? "");
    assert.equal(entryOf(login, "DATABASE_USERNAME"), "substra");
    assert.equal(entryOf(login, "DATABASE_PASSWORD"), PASSWORD);
    const ofOrganization = [...(await ourSecrets(ORG)).keys()];
    assert.ok(!ofOrganization.some((each) => each.includes("database")), ofOrganization.join());
    assert.deepEqual(await claims(ORCHESTRATOR), ["data-orchestrator-postgresql-0"]);
  });

  it("is reachable from the pods that use it", async () => {
    assert.deepEqual(await admittedPorts(ORCHESTRATOR), {
      "orchestrator-database-migrations": [5432],
      "orchestrator-database-server": [5432],
    });
    assert.deepEqual(await admittedPorts(ORG), { "my-org1-msp-database-backend": [6432] });
  });

  it("leaves no generated password behind, and none unencrypted", async () => {
    const { resources } = await stack.state();
    const passwords = resources.filter(({ type }) => type.endsWith(":RandomPassword"));
    assert.deepEqual(
      passwords.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)),
      ["my-org1-msp-registry-secret"],
    );
    assert.ok(!JSON.stringify(resources).includes(PASSWORD));
    assert.ok(!stack.printed.join("\n").includes(PASSWORD));
    await stack.assertSettled();
  });
});
