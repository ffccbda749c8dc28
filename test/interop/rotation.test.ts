import assert from "node:assert/strict";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { workbench } from "../integration/workbench";
import { ACCEPTED, callOf, clients, probe, startOrchestrator, type Outcome } from "./consumers";
import { DEPLOY_PATIENCE, rotation, type Rotation } from "./deployments";
import { need } from "./need";
import { stopServers, type Server } from "./process";
import { BUILD_PATIENCE, goProgram, healthProbe, pythonClient } from "./programs";

const CLIENT_CAS = "ORCHESTRATOR_TLS_CLIENT_CA_CERT_DIR";

describe("During a rotation of the CA", function () {
  this.timeout(300_000);
  let stages: Rotation;
  let servers: Record<keyof Rotation, Server>;

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await Promise.all([goProgram("orchestrator"), healthProbe(), pythonClient()]);
  });
  before(async function () {
    this.timeout(DEPLOY_PATIENCE);
    stages = await rotation();
    servers = {
      before: await startOrchestrator(stages.before.orchestrator),
      after: await startOrchestrator(stages.after.orchestrator),
    };
  });
  after(stopServers);

  for (const client of ["grpc-go", "grpcio"] as const) {
    for (const at of ["before", "after"] as const) {
      const other = at === "before" ? "after" : "before";
      it(`${client} connects a backend from ${at} the change to a server from ${other} it`, async () => {
        const { backends } = stages[at];
        const calls = backends.map((backend) => callOf(backend, servers[other]));
        assert.deepEqual(await clients[client](...calls), [ACCEPTED, ACCEPTED]);
      });
    }
  }

  it("the probe of a container from before the change finds a server from after it healthy", async () => {
    const { status, stderr } = await probe(stages.before.orchestrator, servers.after);
    assert.equal(status, 0, stderr);
  });

  // This is why each generation has its own object: the MSP ID check reads only the first certificate of a file.
  it("a server with the bundle instead of the generations would refuse the older one", async () => {
    const server = await serverTrusting("bundle", stages.after.orchestrator.roots);
    const [older, newer] = await bothCall(server);
    assert.equal(older?.code, "PERMISSION_DENIED", older?.message);
    assert.match(older.message, /^OE0102: .*is none of its CAs/);
    assert.deepEqual(newer, ACCEPTED);
  });

  it("a server without the older generation refuses certificates that it has signed", async () => {
    const server = await serverTrusting("newer", stages.after.generation("g2"));
    const [older, newer] = await bothCall(server);
    assert.equal(older?.code, "UNAVAILABLE", older?.message);
    await server.hasSaid(/refused: tls: failed to verify certificate: x509: /);
    assert.deepEqual(newer, ACCEPTED);
  });

  function bothCall(server: Server): Promise<Outcome[]> {
    const backends = [stages.before, stages.after].map((stage) => stage.backend("MyOrg1MSP"));
    return clients["grpc-go"](...backends.map((backend) => callOf(backend, server)));
  }

  /** Starts the newer server with one file as its CAs, for itself and for each organization. */
  async function serverTrusting(name: string, cas: string): Promise<Server> {
    const { environment } = stages.after.orchestrator;
    const folder = join((await workbench()).directory, "files", `trusting-${name}`);
    for (const mspId of readdirSync(need(environment[CLIENT_CAS], CLIENT_CAS))) {
      cpSync(cas, join(folder, mspId, "ca.crt"), { dereference: true });
    }
    return startOrchestrator({
      environment: {
        ...environment,
        ORCHESTRATOR_TLS_SERVER_CA_CERT: cas,
        [CLIENT_CAS]: folder,
      },
    });
  }
});
