import assert from "node:assert/strict";
import type { Consortium } from "./consortium";
import { EXISTING, ROTATION, DEPLOY_PATIENCE, existing, rotation } from "./deployments";
import {
  P256,
  type Connection,
  extensions,
  fetchPage,
  handmadeCa,
  handmadeLeaf,
  isPair,
  openssl,
  serve,
  verify,
} from "./openssl";
import { stopServers } from "./process";

const SERVER_NAMES = [
  "orchestrator.test.example",
  "orchestrator-server",
  "orchestrator-server.NAMESPACE",
  "orchestrator-server.NAMESPACE.svc",
  "orchestrator-server.NAMESPACE.svc.cluster.local",
];

describe("OpenSSL", function () {
  this.timeout(300_000);
  after(stopServers);

  before(async function () {
    this.timeout(DEPLOY_PATIENCE);
    assert.match(await openssl("version"), /^OpenSSL 3\./);
    // Wait for both, even if one fails: an `up` that outlives the tests would leave files that nobody removes.
    await Promise.allSettled([rotation(), existing()]);
  });

  describe("accepts a consortium whose CA we created:", () => {
    reads(async () => (await rotation()).after, {
      signing: "g2",
      trusted: ["g1"],
      names: [...SERVER_NAMES, "orchestrator.elsewhere.example"],
      addresses: ["192.0.2.7", "2001:DB8:0:0:0:0:0:7"],
      namespace: `${ROTATION}-orchestrator`,
    });
  });

  describe("accepts a consortium with an existing CA:", () => {
    reads(existing, {
      signing: "house",
      trusted: [],
      names: SERVER_NAMES,
      addresses: [],
      namespace: `${EXISTING}-orchestrator`,
    });
  });
});

interface Expected {
  readonly signing: string;
  readonly trusted: readonly string[];
  readonly names: readonly string[];
  /** IP addresses in OpenSSL's notation. */
  readonly addresses: readonly string[];
  readonly namespace: string;
}

function reads(deploy: () => Promise<Consortium>, expected: Expected): void {
  let consortium: Consortium;
  let signing: string;

  before(async () => {
    consortium = await deploy();
    signing = consortium.generation(expected.signing);
  });

  it("the CA", async () => {
    for (const file of consortium.generations) {
      const { "Subject Key Identifier": ski, ...rest } = await extensions(file);
      assert.match(ski ?? "", /^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
      assert.deepEqual(rest, {
        "Basic Constraints": "critical: CA:TRUE",
        "Key Usage": "critical: Certificate Sign, CRL Sign",
      });
    }
  });

  it("the server's certificate, for both its purposes", async () => {
    const { pair, roots } = consortium.orchestrator;
    assert.equal(await verify(pair.certificate, roots, "sslserver"), "OK");
    assert.equal(await verify(pair.certificate, roots, "sslclient"), "OK"); // as its probe does
    assert.ok(await isPair(pair));
    const { "Subject Key Identifier": ski, ...rest } = await extensions(pair.certificate);
    assert.ok(ski);
    assert.deepEqual(rest, {
      "Basic Constraints": "critical: CA:FALSE",
      "Key Usage": "critical: Digital Signature",
      "Extended Key Usage": "TLS Web Server Authentication, TLS Web Client Authentication",
      "Authority Key Identifier": (await extensions(signing))["Subject Key Identifier"],
      "Subject Alternative Name": [
        ...expected.names.map((name) => `DNS:${name.replace("NAMESPACE", expected.namespace)}`),
        ...expected.addresses.map((address) => `IP Address:${address}`),
      ].join(", "),
    });
  });

  it("the backends' certificates, only for their own purpose", async () => {
    for (const { pair, mspId } of consortium.backends) {
      const { roots } = consortium.orchestrator;
      assert.equal(await verify(pair.certificate, roots, "sslclient"), "OK");
      assert.match(await verify(pair.certificate, roots, "sslserver"), /unsuitable certificate/);
      assert.ok(await isPair(pair));
      const { "Subject Key Identifier": ski, ...rest } = await extensions(pair.certificate);
      assert.ok(ski);
      assert.deepEqual(rest, {
        "Basic Constraints": "critical: CA:FALSE",
        "Key Usage": "critical: Digital Signature",
        "Extended Key Usage": "TLS Web Client Authentication",
        "Authority Key Identifier": (await extensions(signing))["Subject Key Identifier"],
      });
      const subject = ["-noout", "-subject", "-nameopt", "RFC2253"];
      assert.match(
        await openssl("x509", "-in", pair.certificate, ...subject),
        new RegExp(`^subject=CN=substra\\.org-\\d\\.example,O=${mspId}\n$`),
      );
    }
  });

  it("the certificates, only with the generation that issued them", async () => {
    const pairs = [consortium.orchestrator, ...consortium.backends].map(({ pair }) => pair);
    for (const { certificate } of pairs) {
      assert.equal(await verify(certificate, signing, "sslclient"), "OK");
      for (const other of expected.trusted) {
        assert.match(
          await verify(certificate, consortium.generation(other), "sslclient"),
          /unable to get local issuer certificate|certificate signature failure/,
        );
      }
    }
  });

  it("the certificates in handshakes, but not those of a CA with the same name", async () => {
    const subject = await openssl(
      "x509",
      "-in",
      signing,
      "-noout",
      "-subject",
      "-nameopt",
      "compat",
    );
    const strange = await handmadeCa(
      `${expected.signing}-stranger`,
      subject.replace("subject=", "").trim(),
      P256,
    );
    const { orchestrator, backends } = consortium;
    const server = await serve(orchestrator.pair, orchestrator.roots);
    for (const { host, pair, roots, mspId } of backends) {
      const page = await fetchPage(server.address, { roots, host, pair });
      assert.match(page.stdout, /^HTTP\/1\.0 200 ok/, page.stderr);
      assert.match(page.stdout, new RegExp(`Subject: O ?= ?${mspId}, CN`));

      const stranger = await handmadeLeaf(`${expected.signing}-${mspId}`, `/O=${mspId}`, strange);
      const fetched = async (different: Partial<Connection>) => {
        const answer = await fetchPage(server.address, { roots, host, pair, ...different });
        assert.doesNotMatch(answer.stdout, /200 ok/);
        return answer.stderr;
      };
      await fetched({ pair: undefined });
      await server.hasSaid(/peer did not return a certificate/);
      await fetched({ pair: stranger });
      await server.hasSaid(/certificate verify failed/);
      assert.match(await fetched({ roots: strange.certificate }), /certificate verify failed/);
      assert.match(await fetched({ host: "orchestrator.example" }), /hostname mismatch/);
    }
  });
}
