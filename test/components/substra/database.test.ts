import assert from "node:assert/strict";
import { Backend, Orchestrator } from "../../../components/substra";
import type { ExternalDatabase } from "../../../components/substra/database";
import { runProgram, type Registered } from "../mock-engine";
import { find } from "../tree";
import { reveal, visible } from "../wire";
import { backendArgs, orchestratorArgs } from "./parts";

const LOGIN = { username: "me", password: "correct-horse" };
const DATABASE = { host: "db.example.org", port: 6432, name: "own" };
const repository = "https://charts.example";

function orchestrator(database: ExternalDatabase, version = "8.8.0") {
  return runProgram(() => {
    const chart = { repository, name: "orchestrator", version };
    return new Orchestrator("orchestrator", { ...orchestratorArgs(), chart, database });
  });
}

function backend(database: ExternalDatabase, version = "26.15.3") {
  return runProgram(() => {
    const chart = { repository, name: "substra-backend", version };
    return new Backend("my-org1-msp", { ...backendArgs(), chart, database });
  });
}

function valuesOf(resources: readonly Registered[], release: string) {
  const { inputs } = find(resources, release, "Release");
  const { database, postgresql } = (visible(inputs) as { values: Record<string, object> }).values;
  return { database, postgresql };
}

function namesOf(resources: readonly Registered[], type: string): string[] {
  return resources
    .filter((each) => each.type.endsWith(type))
    .map(({ name }) => name)
    .sort();
}

function specOf({ inputs }: Registered): object {
  return (reveal(inputs) as { spec: object }).spec;
}

describe("an external database", () => {
  it("is used instead of the orchestrator's bundled one, with the login in a Secret", async () => {
    const { resources, errors } = await orchestrator({
      ...DATABASE,
      credentials: LOGIN,
      connectionParameters: "sslmode=require",
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(valuesOf(resources, "orchestrator"), {
      database: {
        host: "db.example.org",
        port: 6432,
        connectionParameters: "sslmode=require",
        auth: {
          database: "own",
          username: "me",
          credentialsSecretName: "orchestrator-database-0a1b2c3d",
        },
      },
      postgresql: { enabled: false },
    });
    const { inputs } = find(resources, "orchestrator-database");
    assert.deepEqual((reveal(inputs) as { stringData: object }).stringData, {
      DATABASE_USERNAME: "me",
      DATABASE_PASSWORD: "correct-horse",
    });
    assert.deepEqual(namesOf(resources, ":RandomPassword"), []);
    for (const resource of resources)
      assert.doesNotMatch(JSON.stringify(visible(resource.inputs)), /correct-horse/);
  });

  it("is used instead of a backend's bundled one, with the Secret that has the login", async () => {
    const { resources, errors } = await backend({
      ...DATABASE,
      credentials: { secretName: "login" },
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(valuesOf(resources, "my-org1-msp"), {
      database: {
        host: "db.example.org",
        port: 6432,
        auth: { database: "own", credentialsSecretName: "login" },
      },
      postgresql: { enabled: false },
    });
    assert.deepEqual(namesOf(resources, "core/v1:Secret"), ["my-org1-msp-client-pair"]);
    assert.deepEqual(namesOf(resources, ":RandomPassword"), ["my-org1-msp-registry-secret"]);
  });

  it("can be reached by the pods that use it, if the chart has network policies", async () => {
    const database = { ...DATABASE, credentials: LOGIN };
    const egress = {
      policyTypes: ["Egress"],
      egress: [{ ports: [{ protocol: "TCP", port: 6432 }] }],
    };
    const orchestrators = await orchestrator(database, "8.7.0");
    assert.deepEqual(specOf(find(orchestrators.resources, "orchestrator-database-server")), {
      podSelector: {
        matchLabels: {
          "app.kubernetes.io/instance": "orchestrator",
          "app.kubernetes.io/name": "orchestrator",
          "app.kubernetes.io/component": "server",
        },
      },
      ...egress,
    });
    assert.deepEqual(specOf(find(orchestrators.resources, "orchestrator-database-migrations")), {
      podSelector: { matchLabels: { "job-name": "orchestrator-migrations" } },
      ...egress,
    });
    const backends = await backend(database, "26.6.0");
    assert.deepEqual(specOf(find(backends.resources, "my-org1-msp-database-backend")), {
      podSelector: {
        matchLabels: {
          "app.kubernetes.io/part-of": "substra-backend",
          "role-database-client": "true",
        },
      },
      ...egress,
    });
  });

  it("needs no policy if the chart has none, as one would cut the pods off", async () => {
    const database = { ...DATABASE, credentials: LOGIN };
    for (const { resources } of [
      await orchestrator(database, "8.6.0"),
      await backend(database, "26.5.1"),
    ])
      assert.deepEqual(namesOf(resources, ":NetworkPolicy"), []);
  });
});
