import assert from "node:assert/strict";
import type { Consortium, Pair } from "./consortium";
import {
  ACCEPTED,
  callOf,
  clients,
  goVerify,
  probe,
  startOrchestrator,
  type Different,
  type Outcome,
} from "./consumers";
import { ROTATION, DEPLOY_PATIENCE, existing, rotation } from "./deployments";
import { P256, handmadeCa, handmadeLeaf } from "./openssl";
import { stopServers, type Server } from "./process";
import { BUILD_PATIENCE, goProgram, healthProbe, pythonClient } from "./programs";

describe("Substra's orchestrator", function () {
  this.timeout(300_000);
  let consortium: Consortium;
  let server: Server;
  let stranger: Pair;

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await Promise.all([goProgram("orchestrator"), healthProbe(), pythonClient()]);
  });
  before(async function () {
    this.timeout(DEPLOY_PATIENCE);
    consortium = (await rotation()).after;
    server = await startOrchestrator(consortium.orchestrator);
    const ca = await handmadeCa("stranger", "/O=Test consortium/CN=Test CA", P256);
    stranger = await handmadeLeaf("strange-client", "/O=MyOrg1MSP/CN=substra.org-1.example", ca);
  });
  after(stopServers);

  it("is healthy according to the probe of its own container", async () => {
    const { status, stderr } = await probe(consortium.orchestrator, server);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /status: SERVING/);
  });

  it("has a certificate that is valid for every name by which it is called", async () => {
    const { pair, roots } = consortium.orchestrator;
    const namespace = `${ROTATION}-orchestrator`;
    const service = `orchestrator-server.${namespace}`;
    const names = ["orchestrator.test.example", "orchestrator.elsewhere.example", service];
    names.push("orchestrator-server", `${service}.svc`, `${service}.svc.cluster.local`);
    names.push("192.0.2.7", "2001:db8::7");
    for (const { host } of consortium.backends) assert.ok(names.includes(host));
    const ask = (dnsName: string) =>
      ({ certificate: pair.certificate, roots, usage: "server", dnsName }) as const;
    assert.deepEqual(
      await goVerify(...names.map(ask)),
      names.map(() => ""),
    );
    const [wrong, address] = await goVerify(ask("orchestrator.example"), ask("192.0.2.8"));
    assert.match(wrong ?? "", /certificate is valid for .*, not orchestrator\.example/);
    assert.match(
      address ?? "",
      /certificate is valid for 192\.0\.2\.7, 2001:db8::7, not 192\.0\.2\.8/,
    );
  });

  for (const client of ["grpc-go", "grpcio"] as const) {
    describe(`called by ${client}`, () => {
      it("answers each organization with its own certificate", async () => {
        const calls = consortium.backends.map((backend) => callOf(backend, server));
        const accepted = consortium.backends.map(() => ACCEPTED);
        assert.deepEqual(await clients[client](...calls), accepted);
      });

      it("also answers with certificates of an existing CA", async function () {
        this.timeout(DEPLOY_PATIENCE);
        const { orchestrator, backends } = await existing();
        const own = await startOrchestrator(orchestrator);
        const [outcome] = await clients[client](...backends.map((each) => callOf(each, own)));
        assert.deepEqual(outcome, ACCEPTED);
      });

      const refusals: [what: string, code: string, client: RegExp, different: () => Different][] = [
        [
          "another organization's MSP ID",
          "PERMISSION_DENIED",
          /^OE0102: .*no O of the client certificate/,
          () => ({ headers: { mspid: "MyOrg2MSP" } }),
        ],
        ["no MSP ID", "FAILED_PRECONDITION", /^OE0003/, () => ({ headers: { mspid: undefined } })],
        [
          "the orchestrator's certificate, which does not belong to an organization",
          "PERMISSION_DENIED",
          /^OE0102: .*allowed organizations/,
          () => ({
            pair: consortium.orchestrator.pair,
            headers: { mspid: "Substra orchestrator" },
          }),
        ],
        [
          "a channel of which the organization is not a member",
          "UNKNOWN",
          /no member of channel "other"/,
          () => ({ headers: { channel: "other" } }),
        ],
        [
          "a host name that is not in the certificate",
          "UNAVAILABLE",
          /not orchestrator\.example|[Hh]ostname [Vv]erification/,
          () => ({ serverName: "orchestrator.example" }),
        ],
      ];
      for (const [what, code, message, different] of refusals) {
        it(`refuses ${what}`, async () => {
          const outcome = await ask(different());
          assert.equal(outcome.code, code, outcome.message);
          assert.match(outcome.message, message);
        });
      }

      it("refuses a client without a certificate", async () => {
        const outcome = await ask({ pair: undefined });
        assert.equal(outcome.code, "UNAVAILABLE", outcome.message);
        await server.hasSaid(/refused: tls: client didn't provide a certificate/);
      });

      it("refuses a certificate from another CA with the same name", async () => {
        const outcome = await ask({ pair: stranger });
        assert.equal(outcome.code, "UNAVAILABLE", outcome.message);
        await server.hasSaid(/refused: tls: failed to verify certificate: x509: /);
      });

      async function ask(different: Different): Promise<Outcome> {
        const call = callOf(consortium.backend("MyOrg1MSP"), server, different);
        const [outcome] = await clients[client](call);
        assert.ok(outcome);
        return outcome;
      }
    });
  }
});
