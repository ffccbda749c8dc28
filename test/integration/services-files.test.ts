import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { deployedService, namespacesOf } from "./api";
import { kubectl } from "./kubectl";
import { countersign, person, pulumi, type Person } from "./people";
import type { Sections, StateResource } from "./stack";
import { Walk } from "./walk";

const PREFIX = "by-files";
const NAMESPACE = `${PREFIX}-shop`;

const GRANTED = { db: { role: "server" }, orders: { role: "client" } };

function signerSections(generations: object = { g1: { state: "signing" } }): Sections {
  return {
    authority: { subject: { commonName: "Shared CA" }, generations },
    serviceEnrollments: {
      shop: {
        requests: { directory: "enrollments/shop" },
        namespace: NAMESPACE,
        services: GRANTED,
      },
    },
  };
}

function memberSections(trust: readonly string[], db: object = {}): Sections {
  const usual = { namespace: NAMESPACE, createNamespace: true, reloads: true };
  return {
    servicesSignedBy: { directory: "enrollments", trust },
    services: {
      db: { ...usual, server: { clients: "required" }, ...db },
      orders: { ...usual, calls: { db: {} } },
    },
  };
}

describe("services whose stacks exchange files, with the commands of the page", function () {
  this.timeout(900_000);
  const page = new Walk("docs/services-in-several-stacks.md");
  /** The person with the stack that signs, and the one with the stack of the services. */
  let signer: Person;
  let member: Person;

  before(async () => {
    signer = await person(`${PREFIX}-signer`);
    member = await person(`${PREFIX}-member`);
    configure(signer, "ca", signerSections());
    configure(member, "shop", memberSections(["first-use"]));
    await pulumi(signer, "stack", "init", "ca");
    await pulumi(member, "stack", "init", "shop");
  });
  after(() => kubectl(["delete", "namespace", "--ignore-not-found", "--wait=false", NAMESPACE]));

  it("create keys and requests first, and say for which files they wait", async () => {
    const text = await page.next(member, ["pulumi up -s shop"]);
    assert.match(
      text,
      /service db, service orders wait: there is no file enrollments\/db\/certificate\.pem and no file /,
    );
    assert.deepEqual(await namespacesOf(PREFIX), []);
    await page.next(member, ["npx countersign enroll export --stack shop"]);
    assert.deepEqual(filesOf(member, "enrollments"), ["db/request.pem", "orders/request.pem"]);
  });

  it("have their requests reviewed and signed, and get the answers", async () => {
    give(member, "enrollments", signer);
    const screen = await page.next(signer, ["npx countersign enroll import received/ --stack ca"]);
    assert.match(screen, /request of service shop\/db \(received\/db\/request\.pem\)/);
    const text = await page.next(signer, ["pulumi up -s ca", "npx countersign enroll export"]);
    assert.doesNotMatch(text, /waits?:/);
    assert.match(text, /admission of service shop\/orders/);
    assert.deepEqual(filesOf(signer, "enrollments/shop/db"), [
      "authority.yaml",
      "certificate.pem",
      "request.pem",
      "trust.pem",
    ]);
  });

  it("are deployed with them, and work together", async () => {
    give(signer, "enrollments/shop", member);
    await page.next(member, ["npx countersign enroll import received/", "pulumi up -s shop"]);
    page.end();
    const { certificate, key } = await deployedService(NAMESPACE, "db");
    assert.ok(certificate.dnsNames.includes(`db.${NAMESPACE}.svc`));
    await countersign(member, "verify", "--stack", "shop");
    const state = await pulumi(signer, "stack", "export", "--show-secrets");
    assert.ok(!state.includes(key.split("\n")[1] ?? assert.fail()));
  });

  it("are renewed by files: the answer is exported and imported again", async () => {
    const before = await deployedService(NAMESPACE, "db");
    await nearlyExpire("service-shop.db-certificate");
    await answer();
    const text = await pulumi(member, "up", "--stack", "shop");
    assert.match(text, /service-db-keys/);
    const after = await deployedService(NAMESPACE, "db");
    assert.notEqual(after.certificate.fingerprint, before.certificate.fingerprint);
    assert.equal(after.key, before.key);
    assert.match(await pulumi(member, "up", "--stack", "shop"), /unchanged/);
  });

  it("keep what they have if the files are missing", async () => {
    const before = await deployedService(NAMESPACE, "db");
    for (const who of [signer, member])
      rmSync(join(who.folder, "enrollments"), { recursive: true });
    assert.match(
      await pulumi(signer, "up", "--stack", "ca"),
      /the request of service shop\/db that was signed before stays in force/,
    );
    assert.match(
      await pulumi(member, "up", "--stack", "shop"),
      /service db keeps using the certificate/,
    );
    assert.equal(
      (await deployedService(NAMESPACE, "db")).certificate.fingerprint,
      before.certificate.fingerprint,
    );
  });

  it("follow a rotation of the CA by files, when their stack trusts the new generation", async () => {
    const both = (one: string, other: string) => ({ g1: { state: one }, g2: { state: other } });
    configure(signer, "ca", signerSections(both("signing", "trusted")));
    await answer();
    const trust = await generations();
    assert.equal(trust.length, 2);
    configure(member, "shop", memberSections(trust));
    await pulumi(member, "up", "--stack", "shop");
    configure(signer, "ca", signerSections(both("trusted", "signing")));
    await answer();
    await pulumi(member, "up", "--stack", "shop");
    assert.deepEqual((await deployedService(NAMESPACE, "db")).cas, [...trust].reverse());
    await countersign(member, "verify", "--stack", "shop");
  });

  it("are refused what they are not granted, by import and by a preview", async () => {
    const certificate = { dnsNames: ["bank.example.org"] };
    configure(member, "shop", memberSections(await generations(), { certificate }));
    const text = await pulumi(member, "up", "--stack", "shop");
    assert.match(text, /has not signed the request for "bank\.example\.org" of service db yet/);
    await countersign(member, "enroll", "export", "--stack", "shop");
    give(member, "enrollments", signer);
    const refusal =
      /asks for DNS name "bank\.example\.org"; serviceEnrollments\.shop\.services\.db grants/;
    await assert.rejects(
      countersign(signer, "enroll", "import", "received/", "--stack", "ca"),
      refusal,
    );
    cpSync(join(signer.folder, "received"), join(signer.folder, "enrollments/shop"), {
      recursive: true,
    });
    await assert.rejects(pulumi(signer, "preview", "--stack", "ca"), refusal);
  });

  /** Signs, exports, and imports the answers in the stack of the services. */
  async function answer(): Promise<void> {
    await pulumi(signer, "up", "--stack", "ca");
    await countersign(signer, "enroll", "export", "--stack", "ca");
    give(signer, "enrollments/shop", member);
    await countersign(member, "enroll", "import", "received/", "--stack", "shop");
  }

  /** Fingerprints of the CA's generations, in their order. */
  async function generations(): Promise<string[]> {
    const text = await pulumi(signer, "stack", "output", "--json", "--stack", "ca");
    const { certificates } = JSON.parse(text) as {
      certificates: { authority: Record<string, { fingerprint: string }> };
    };
    return Object.values(certificates.authority).map(({ fingerprint }) => fingerprint);
  }

  /** Makes a certificate of the stack that signs expire soon, in the state. */
  async function nearlyExpire(name: string): Promise<void> {
    const text = await pulumi(signer, "stack", "export", "--stack", "ca");
    const state = JSON.parse(text) as { deployment: { resources: StateResource[] } };
    const found = state.deployment.resources.filter(({ urn }) => urn.endsWith(`::${name}`));
    assert.equal(found.length, 1);
    const soon = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
    for (const { outputs } of found) Object.assign(outputs, { validityEndTime: soon });
    signer.clone.write("state.json", JSON.stringify(state));
    await pulumi(signer, "stack", "import", "--file", "state.json", "--stack", "ca");
    rmSync(join(signer.folder, "state.json"));
  }
});

/** Writes a stack's configuration, but keeps its encryption salt. */
function configure({ clone, folder }: Person, stack: string, sections: Sections): void {
  const file = `Pulumi.${stack}.yaml`;
  const salt = readdirSync(folder).includes(file)
    ? clone
        .read(file)
        .split("\n")
        .filter((line) => line.startsWith("encryptionsalt:"))
    : [];
  const config = Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [`countersign:${name}`, section]),
  );
  clone.write(file, [...salt, stringify({ config })].join("\n"));
}

/** Gives one person's files to another, who has to review and import them. */
function give(from: Person, folder: string, to: Person): void {
  const received = join(to.folder, "received");
  rmSync(received, { recursive: true, force: true });
  cpSync(join(from.folder, folder), received, { recursive: true });
}

function filesOf({ folder }: Person, directory: string): string[] {
  return readdirSync(join(folder, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, directory).length + 1))
    .sort();
}
