import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMBINATIONS, MSP_ID, SERVER_NAME, issueAll, nameOf, type Issued } from "./algorithms";
import {
  ACCEPTED,
  clients,
  goVerify,
  startOrchestrator,
  type Call,
  type Outcome,
} from "./consumers";
import { DEPLOY_PATIENCE } from "./deployments";
import { need } from "./need";
import { isPair, verify } from "./openssl";
import { stopServers, type Server } from "./process";
import { BUILD_PATIENCE, goProgram, pythonClient } from "./programs";

describe("Certificates with all key algorithms that we issue", function () {
  this.timeout(300_000);
  let issued: ReadonlyMap<string, Issued>;
  const servers = new Map<string, Server>();

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await Promise.all([goProgram("orchestrator"), pythonClient()]);
  });
  before(async function () {
    this.timeout(DEPLOY_PATIENCE);
    issued = await issueAll();
    for (const [name, files] of issued) servers.set(name, await orchestratorWith(files));
  });
  after(stopServers);

  it("are all accepted by OpenSSL", async () => {
    for (const [name, { ca, server, client }] of issued) {
      assert.equal(await verify(server.certificate, ca, "sslserver"), "OK", name);
      assert.equal(await verify(server.certificate, ca, "sslclient"), "OK", name);
      assert.equal(await verify(client.certificate, ca, "sslclient"), "OK", name);
      assert.ok((await isPair(server)) && (await isPair(client)), name);
    }
  });

  it("are all accepted by Go", async () => {
    const questions = [...issued.values()].flatMap(({ ca: roots, server, client }) => [
      { certificate: server.certificate, roots, usage: "server" as const, dnsName: SERVER_NAME },
      { certificate: client.certificate, roots, usage: "client" as const },
    ]);
    assert.deepEqual(
      await goVerify(...questions),
      questions.map(() => ""),
    );
  });

  it("all work between grpc-go and the orchestrator", async () => {
    assert.deepEqual(await matrix("grpc-go"), expected({}));
  });

  // BoringSSL signs with Ed25519 if a server accepts it. As gRPC configures it, it does not accept it from a server.
  it("all work with grpcio, except a server's with Ed25519", async () => {
    const refused = {
      "Ed25519-signs-Ed25519": "UNAVAILABLE",
      "ECDSA-P256-signs-Ed25519": "UNAVAILABLE",
    };
    assert.deepEqual(await matrix("grpcio"), expected(refused));
    for (const name of Object.keys(refused)) {
      await serverOf(name).hasSaid(/refused: tls: peer doesn't support any of the certificate's/);
    }
  });

  it("may have any algorithm in a backend, even Ed25519 if the orchestrator has another one", async () => {
    const { client } = filesOf("ECDSA-P256-signs-Ed25519");
    const call = callOf("ECDSA-P256-signs-ECDSA-P256", client);
    assert.deepEqual(await clients.grpcio(call), [ACCEPTED]);
  });

  /** Returns the code that each combination's client gets from its server. */
  async function matrix(client: keyof typeof clients): Promise<Record<string, string>> {
    const names = [...issued.keys()];
    const outcomes: Outcome[] = await clients[client](...names.map((name) => callOf(name)));
    return Object.fromEntries(
      names.map((name, position) => [name, outcomes[position]?.code ?? ""]),
    );
  }

  function expected(different: Readonly<Record<string, string>>): Record<string, string> {
    const accepted = COMBINATIONS.map((combination) => [nameOf(combination), "OK"] as const);
    return { ...Object.fromEntries(accepted), ...different };
  }

  function filesOf(name: string): Issued {
    return need(issued.get(name), name);
  }

  function serverOf(name: string): Server {
    return need(servers.get(name), name);
  }

  function callOf(name: string, client = filesOf(name).client): Call {
    const { address } = serverOf(name);
    const headers = { mspid: MSP_ID, channel: "mychannel" };
    return { address, serverName: SERVER_NAME, roots: filesOf(name).ca, ...client, headers };
  }
});

/** Starts an orchestrator with the settings that the chart would make. */
function orchestratorWith({ ca, server }: Issued): Promise<Server> {
  const folder = join(ca, "..");
  const clientCas = join(folder, "client");
  const channels = join(folder, "config.yaml");
  cpSync(ca, join(clientCas, MSP_ID, "ca.crt"));
  writeFileSync(channels, `channels: { mychannel: [${MSP_ID}] }\n`);
  return startOrchestrator({
    environment: {
      ORCHESTRATOR_TLS_ENABLED: "true",
      ORCHESTRATOR_MTLS_ENABLED: "true",
      ORCHESTRATOR_VERIFY_CLIENT_MSP_ID: "true",
      ORCHESTRATOR_TLS_CERT_PATH: server.certificate,
      ORCHESTRATOR_TLS_KEY_PATH: server.key,
      ORCHESTRATOR_TLS_SERVER_CA_CERT: ca,
      ORCHESTRATOR_TLS_CLIENT_CA_CERT_DIR: clientCas,
      ORCHESTRATOR_CHANNEL_CONFIG: channels,
    },
  });
}
