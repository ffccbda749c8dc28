import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { deployedService, namespacesOf } from "./api";
import { FleetFolder, linesOf } from "./fleet-folder";
import { kubectl } from "./kubectl";
import { verify } from "./services/shop";
import { TestStack, type Sections } from "./stack";
import { nearlyExpire } from "./time";

const COMMAND = resolve(__dirname, "..", "..", "cli", "countersign.cjs");

/** Configuration of a stack that signs for two services of another one, and has a service of its own. */
function signerSections(prefix: string, member: string, changes: object = {}) {
  return {
    authority: {
      subject: { commonName: "Shared CA" },
      generations: { g1: { state: "signing", validity: "10y" } },
      ...changes,
    },
    services: {
      audit: {
        namespace: `${prefix}-audit`,
        createNamespace: true,
        server: { clients: "required" },
        reloads: true,
      },
    },
    serviceEnrollments: {
      shop: {
        requests: { stack: member },
        namespace: `${prefix}-shop`,
        services: { db: { role: "server" }, orders: { role: "client" } },
      },
    },
  };
}

function memberSections(prefix: string, signer: string, trust: readonly string[], db: object = {}) {
  const namespace = `${prefix}-shop`;
  return {
    servicesSignedBy: { stack: signer, trust },
    services: {
      db: {
        namespace,
        createNamespace: true,
        server: { clients: "required" },
        reloads: true,
        ...db,
      },
      orders: { namespace, createNamespace: true, calls: { db: {} }, reloads: true },
    },
  };
}

/** Returns the fingerprint of a generation of a stack's CA. */
async function generationOf(stack: TestStack, generation: string): Promise<string> {
  const { certificates } = (await stack.values()) as {
    certificates: { authority: Record<string, { fingerprint: string }> };
  };
  return certificates.authority[generation]?.fingerprint ?? "";
}

describe("services that another stack signs for", function () {
  this.timeout(900_000);
  const PREFIX = "signed";
  let signer: TestStack;
  let member: TestStack;
  const fingerprintOf = (generation: string) => generationOf(signer, generation);
  const sign = (changes: object = {}) =>
    signer.configure(signerSections(PREFIX, member.fullName, changes));
  const use = (trust: readonly string[], db: object = {}) =>
    member.configure(memberSections(PREFIX, signer.fullName, trust, db));

  before(async () => {
    signer = await TestStack.create(`${PREFIX}-ca`, {});
    member = await TestStack.create(`${PREFIX}-member`, {}, { backend: signer.backend });
    await sign();
    await use(["first-use"]);
  });
  after(async () => {
    await member.destroy();
    await signer.destroy();
  });

  it("have nothing in the cluster until they have certificates", async () => {
    const { changes } = await member.up();
    const made = changes.filter((change) => !/Enrollment|Stack|default/.test(change));
    assert.deepEqual([...made].sort(), [
      "create PrivateKey service-db-k1-key",
      "create PrivateKey service-orders-k1-key",
    ]);
    assert.deepEqual(await namespacesOf(PREFIX), []);
  });

  it("get certificates from that stack, and work with its own service's CA", async () => {
    await signer.up();
    await member.up();
    const db = await deployedService(`${PREFIX}-shop`, "db");
    assert.deepEqual(db.cas, [await fingerprintOf("g1")]);
    assert.ok(db.certificate.dnsNames.includes("db.signed-shop.svc"));
    assert.deepEqual(db.certificate.extendedKeyUsages, ["serverAuth"]);
    const state = JSON.stringify(await signer.decryptedState());
    assert.ok(!state.includes(db.key.split("\n")[1] ?? assert.fail()));
    await signer.assertSettled();
    await member.assertSettled();
  });

  it("get renewed certificates, and only their own Secrets change", async () => {
    const before = await deployedService(`${PREFIX}-shop`, "db");
    await nearlyExpire(signer, "service-shop.db-certificate");
    assert.deepEqual((await signer.up()).changes, [
      "replace LocallySignedCert service-shop.db-certificate",
    ]);
    const { changes } = await member.up();
    assert.deepEqual([...changes].sort(), ["update Secret service-db-keys"]);
    const after = await deployedService(`${PREFIX}-shop`, "db");
    assert.notEqual(after.certificate.fingerprint, before.certificate.fingerprint);
    assert.equal(after.key, before.key);
  });

  it("follow a rotation of its CA, when their stack trusts the new generation", async () => {
    const both = (one: string, other: string) => ({
      generations: { g1: { state: one, validity: "10y" }, g2: { state: other, validity: "10y" } },
    });
    await sign(both("signing", "trusted"));
    await signer.up();
    const [g1, g2] = [await fingerprintOf("g1"), await fingerprintOf("g2")];
    await use([g1, g2]);
    await member.up();
    await signer.up();
    assert.deepEqual((await deployedService(`${PREFIX}-shop`, "db")).cas, [g1, g2]);
    await sign(both("trusted", "signing"));
    await signer.up();
    await member.up();
    const { certificate, cas } = await deployedService(`${PREFIX}-shop`, "db");
    assert.deepEqual(cas, [g2, g1]);
    assert.equal(certificate.issuer.text, "CN=Shared CA");
    await member.assertSettled();
  });

  it("are refused what they are not granted, in a preview that changes nothing", async () => {
    const trust = [await fingerprintOf("g1"), await fingerprintOf("g2")];
    await use(trust, { certificate: { dnsNames: ["payments.example.org"] } });
    const { outputs } = await member.up();
    assert.match(
      JSON.stringify(outputs),
      /has not signed the request for \\"payments\.example\.org\\" of service db yet/,
    );
    const { failed, text } = await signer.run(["preview"]);
    assert.ok(failed, text);
    assert.match(
      text,
      /the request of service shop\/db asks for DNS name "payments\.example\.org"; serviceEnrollments\.shop\.services\.db grants/,
    );
  });
});

describe("services that change from a CA of their own stack to another stack", function () {
  this.timeout(900_000);
  const PREFIX = "moved";
  const NAMESPACE = `${PREFIX}-shop`;
  const NAMES = ["db", "orders"] as const;
  const authority = {
    subject: { commonName: "Own CA" },
    generations: { g1: { state: "signing", validity: "10y" } },
  };
  let signer: TestStack;
  let member: TestStack;

  before(async () => {
    signer = await TestStack.create(`${PREFIX}-ca`, {});
    member = await TestStack.create(`${PREFIX}-member`, {}, { backend: signer.backend });
    await signer.configure(signerSections(PREFIX, member.fullName));
    const { services } = memberSections(PREFIX, signer.fullName, []);
    await member.configure({ authority, services });
    await member.up();
  });
  after(async () => {
    await member.destroy();
    await signer.destroy();
  });

  const deployed = () => Promise.all(NAMES.map((name) => deployedService(NAMESPACE, name)));
  const assertAccepted = async () => {
    const checks = await verify(member);
    const broken = checks.filter(({ ok, severity }) => !ok && severity === "error");
    assert.deepEqual(
      broken.map(({ message }) => message),
      [],
    );
    assert.ok(
      checks.some(({ code, party, ok }) => code === "accepted" && party === "service db" && ok),
    );
  };

  /** Returns the report on the next update. It fails if something breaks or gets lost. */
  const report = async () => {
    const args = ["report", "--stack", member.name, "--fail-on", "breaking,destructive"];
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], {
      cwd: member.directory,
      env: { ...process.env, ...member.environment },
    });
    return stdout;
  };

  it("is never cut off, whichever of them already reads the files of an update", async () => {
    const steps = [await deployed()];
    const reports: string[] = [];
    const update = async (sections: Sections) => {
      await member.configure({
        ...memberSections(PREFIX, signer.fullName, ["first-use"]),
        ...sections,
      });
      reports.push(await report());
      const { changes } = await member.up();
      await assertAccepted();
      steps.push(await deployed());
      return changes.filter((change) => /Secret|ConfigMap|SignedCert/.test(change)).sort();
    };
    assert.deepEqual(await update({ authority }), []);
    await signer.up();
    const issuers: Readonly<Record<string, string | undefined>> = {
      "CN=Own CA": steps[0]?.[0]?.cas[0],
      "CN=Shared CA": await generationOf(signer, "g1"),
    };
    assert.deepEqual(await update({ authority }), [
      "update ConfigMap services-moved-shop-services-ca",
    ]);
    assert.deepEqual(await update({ authority }), [
      "delete LocallySignedCert service-db-certificate",
      "delete LocallySignedCert service-orders-certificate",
      "update Secret service-db-keys",
      "update Secret service-orders-keys",
    ]);
    assert.deepEqual(await update({}), [
      "delete SelfSignedCert ca-g1",
      "update ConfigMap services-moved-shop-services-ca",
    ]);
    await member.assertSettled();

    const [, trusts = "", changes = "", forgets = ""] = reports;
    assert.match(
      trusts,
      /^\| `service db` \| `g1` \| `g1`<br>\*\*\+\*\* `g1 \(CN=Shared CA\)` \|$/m,
    );
    assert.match(trusts, /ca1\["CA g1 #40;CN=Shared CA#41;"\]/);
    assert.match(
      changes,
      /`service db` \| withdrawn \| service db has one that another stack signed/,
    );
    assert.match(forgets, /^\*\*CA generation g1 dropped, 2 parties trust other CAs\.\*\*$/m);
    assert.deepEqual(
      steps.map(([db]) => db?.certificate.issuer.text),
      ["CN=Own CA", "CN=Own CA", "CN=Own CA", "CN=Shared CA", "CN=Shared CA"],
    );
    for (const [position, step] of steps.entries())
      for (const { certificate } of step)
        for (const other of steps.slice(Math.max(0, position - 1), position + 2).flat())
          assert.ok(
            other.cas.includes(issuers[certificate.issuer.text] ?? ""),
            `${certificate.issuer.text} in update ${position}`,
          );
  });
});

describe("countersign fleet with services", function () {
  this.timeout(900_000);
  const PREFIX = "signed-fleet";
  const name = (stack: string) => `organization/countersign/${stack}`;
  let folder: FleetFolder;
  const namespaces = [`${PREFIX}-shop`, `${PREFIX}-audit`];

  before(async () => {
    folder = await FleetFolder.ofStacks(
      PREFIX,
      new Map<string, Sections>([
        ["ca", signerSections(PREFIX, name("shop"))],
        ["shop", memberSections(PREFIX, name("ca"), ["first-use"])],
      ]),
    );
  });
  after(async () => {
    await folder.files.end();
    await kubectl(["delete", "namespace", "--ignore-not-found", "--wait=false", ...namespaces]);
  });

  it("runs request, sign and deploy in one command", async () => {
    const { status, report, stderr } = await folder.fleet("up");
    assert.equal(status, 0, stderr);
    assert.deepEqual(linesOf(report), [
      "ca: done: deploy done",
      "shop: done: request done, deploy done",
    ]);
    assert.deepEqual(
      report.stacks.map(({ waiting }) => waiting),
      [[], []],
    );
    assert.ok((await deployedService(`${PREFIX}-shop`, "orders")).key);
  });

  it("requests again only what changes", async () => {
    assert.deepEqual(linesOf((await folder.fleet("up")).report), [
      "ca: done: deploy done",
      "shop: done: request done (already requested), deploy done",
    ]);
    const dnsNames = ["db.example.org"];
    folder.set("shop", ["services", "db", "certificate", "dnsNames"], dnsNames);
    folder.set("ca", ["serviceEnrollments", "shop", "services", "db", "dnsNames"], dnsNames);
    const { report } = await folder.fleet("up");
    assert.deepEqual(linesOf(report), [
      "ca: done: deploy done",
      "shop: done: request done, deploy done",
    ]);
    const { certificate } = await deployedService(`${PREFIX}-shop`, "db");
    assert.ok(certificate.dnsNames.includes("db.example.org"));
  });
});
