import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { makeCa } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { namespacesOf } from "./api";
import { consortium } from "./example";
import { TestStack, type Sections } from "./stack";
import { expire } from "./time";

const PREFIX = "refusals";
const good = consortium(PREFIX, ["MyOrg1MSP"]);
const pem = (name: Parameters<typeof keys>[0]) =>
  keys(name).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Seconds within which a user learns that there is no cluster, including the start of Pulumi on a busy machine. */
const PATIENCE = 40;

describe("before anything is created", function () {
  this.timeout(900_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create(PREFIX, good);
  });
  afterEach("nothing may have been created", async () => {
    assert.deepEqual((await stack.state()).resources, []);
    assert.deepEqual(await namespacesOf(PREFIX), []);
  });

  describe("the configuration is refused", () => {
    it("with a line for every problem, which names its key", async () => {
      await stack.configure({
        ...good,
        orchestrator: {
          ...good.orchestrator,
          hostnam: "orchestrator.test.example",
          chart: { path: "charts/orchestrater" },
          certificate: { validity: "90 days" },
          channels: { mychannel: { organizations: ["MyOrg1MSP", "MyOrg1Msp"] } },
        },
        organisations: {},
      });
      const text = await stack.refusal();
      assert.match(text, /The configuration has 4 problems; nothing was changed:/);
      for (const line of [
        /countersign:orchestrator\.hostnam: is not a known key/,
        /countersign:orchestrator\.chart\.path: there is no chart at "charts\/orchestrater"/,
        /countersign:orchestrator\.certificate\.validity: .*90d/,
        /countersign:organisations: is not a known section/,
      ]) {
        assert.match(text, line);
      }
    });

    it("for values that would disable mutual TLS", async () => {
      const values = { orchestrator: { tls: { mtls: { enabled: false } } } };
      const refused = { ...good, orchestrator: { ...good.orchestrator, values } };
      await refuses(refused, /orchestrator\.values\.orchestrator\.tls\.mtls\.enabled: may not be/);
    });

    it("for a member of a channel that is not an organization", async () => {
      const channels = { mychannel: { organizations: ["MyOrg1MSP", "MyOrg1Msp"] } };
      const refused = { ...good, orchestrator: { ...good.orchestrator, channels } };
      await refuses(
        refused,
        /orchestrator\.channels\.mychannel\.organizations\[1\]: "MyOrg1Msp" is not among/,
      );
    });

    it("for a CA key that belongs to another certificate, without quoting it", async () => {
      const key = pem("p256");
      const given = { state: "signing", certificate: makeCa({ notAfter: inDays(3650) }) };
      await stack.configure(withGeneration(given));
      await stack.setSecret("authority.generations.given.key", key);
      const text = await stack.refusal();
      assert.match(text, /countersign:authority\.generations\.given\.key: does not belong to/);
      assert.ok(!text.includes(key.split("\n")[1] ?? ""));
    });

    it("for certificates that would outlive the given CA", async () => {
      const given = { state: "signing", certificate: makeCa({ notAfter: inDays(30) }) };
      await stack.configure(withGeneration(given));
      await stack.setSecret("authority.generations.given.key", pem("p384"));
      const text = await stack.refusal();
      assert.match(text, /certificate "orchestrator-certificate" would be valid until/);
      assert.match(text, /longer than its CA generation "given"/);
      assert.match(text, /let a newer generation sign, or shorten/);
    });
  });

  describe("an unreachable cluster is reported within seconds", () => {
    before(() => stack.configure(good));

    it("when nothing listens", async () => {
      const { server, port } = await listening();
      server.close();
      await once(server, "close");
      const text = await inTime(stack.refusal(kubeconfigFor(port)));
      assert.match(text, new RegExp(`cluster at https://127\\.0\\.0\\.1:${port} .* ECONNREFUSED`));
      assert.match(text, /Start it, or point KUBECONFIG/);
    });

    it("when nothing answers", async () => {
      const { server, port } = await listening();
      try {
        const text = await inTime(stack.refusal(kubeconfigFor(port)));
        assert.match(text, new RegExp(`https://127\\.0\\.0\\.1:${port} .*no answer within`));
      } finally {
        server.close();
      }
    });

    it("when there is no kubeconfig", async () => {
      const nowhere = { KUBECONFIG: join(stack.directory, "none"), HOME: stack.directory };
      const text = await inTime(stack.refusal(nowhere));
      assert.match(text, /there is no kubeconfig: set KUBECONFIG/);
    });
  });

  async function refuses(sections: Sections, message: RegExp): Promise<void> {
    await stack.configure(sections);
    assert.match(await stack.refusal(), message);
  }

  /** Writes a kubeconfig for a cluster at this loopback port. */
  function kubeconfigFor(port: number) {
    const file = join(stack.directory, `kubeconfig-${port}`);
    const cluster = { server: `https://127.0.0.1:${port}` };
    const content = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
      clusters: [{ name: "c", cluster }],
      users: [{ name: "c", user: {} }],
    };
    writeFileSync(file, JSON.stringify(content));
    return { KUBECONFIG: file };
  }
});

describe("a CA that is in use", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let certificate: string | undefined;
  const settings = { state: "signing", validity: "10y" };

  before(async () => {
    stack = await TestStack.create("refusals-ca", authorityOf(settings));
    const { outputs } = await stack.up();
    certificate = outputs.certificates.authority.g1?.certificate;
  });
  afterEach("its certificate must not have changed", async () => {
    const { resources } = await stack.state();
    const found = resources.filter(({ urn }) => urn.endsWith("::ca-g1"));
    assert.deepEqual(
      found.map(({ outputs }) => outputs.certPem),
      [certificate],
    );
  });

  for (const [what, edited, said] of [
    [
      "another validity",
      { ...settings, validity: "5y" },
      /validity in hours is 87600, config says 43800/,
    ],
    [
      "another algorithm",
      { ...settings, algorithm: "RSA-2048" },
      /algorithm is ECDSA-P256, config says RSA-2048/,
    ],
  ] as const) {
    it(`is not recreated for ${what}`, async () => {
      await stack.configure(authorityOf(edited));
      const text = await stack.refusal();
      assert.match(text, /CA generation "g1" exists and is never changed in place/);
      assert.match(text, said);
      assert.match(text, /restore the old settings and add a new generation/);
    });
  }

  it("is not renewed in place when it has expired", async () => {
    await stack.configure(authorityOf(settings));
    await expire(stack, "ca-g1");
    const text = await stack.refusal();
    assert.match(text, /CA generation "g1" .* is never renewed in place/);
    assert.match(text, /let another generation sign/);
  });
});

function withGeneration(given: object): Sections {
  return { ...good, authority: { ...good.authority, generations: { given } } };
}

function authorityOf(g1: object): Sections {
  return { authority: { ...good.authority, generations: { g1 } } };
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** Starts a loopback server that accepts connections and sends nothing; they end with the test process. */
async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.unref()).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

async function inTime(refusal: Promise<string>): Promise<string> {
  const begun = Date.now();
  const text = await refusal;
  const seconds = (Date.now() - begun) / 1000;
  assert.ok(seconds < PATIENCE, `it took ${seconds} s`);
  return text;
}
