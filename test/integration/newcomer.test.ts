import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { warmPrograms } from "../programs";
import { makeCa } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { list } from "./api";
import { kubectl } from "./kubectl";
import { installPackage, person, pulumi, type Person } from "./people";
import { until } from "./time";
import { Walk } from "./walk";

/** A storage class that the cluster lacks at first; other tests use its default class. */
const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "newcomer" },
  provisioner: "local.countersign/volume",
};

describe("a newcomer with a fresh clone and a cluster", function () {
  this.timeout(900_000);
  let who: Person;
  const page = new Walk("README.md", [1]);
  const operations = new Walk("docs/operations.md");

  before(async () => {
    who = await person("newcomer", { apart: true });
    // These names are unique to this file, since other tests share the cluster.
    const values = "values: {postgresql: {primary: {persistence: {storageClass: newcomer}}}}";
    const settings = `    namespace: newcomer\n    ${values}\n`;
    who.clone.edit("Pulumi.dev.yaml", "    hostname:", `${settings}    hostname:`);
    for (const organization of ["org-1", "org-2"]) {
      const namespace = `namespace: newcomer-${organization}`;
      who.clone.edit("Pulumi.dev.yaml", `namespace: ${organization}`, namespace);
    }
    who.clone.commit();
  });
  after(() => kubectl(["delete", "--ignore-not-found", "storageclass", "newcomer"]));

  it("deploys stack dev as README.md says, and is told within a minute what the cluster lacks", async () => {
    const lacks =
      'release orchestrator in newcomer waits: PersistentVolumeClaim data-orchestrator-postgresql-0 is Pending: storageclass.storage.k8s.io "newcomer" not found. If there is no such StorageClass, name one';
    await page.next(who, ["pulumi stack init dev"]);
    let heard = "";
    const updating = page.next(who, ["pulumi up -s dev"], {}, (text) => (heard += text));
    await Promise.race([
      until("it is told", () => Promise.resolve(heard.includes(lacks))),
      updating.then((text) => assert.ok(text.includes(lacks), text)),
    ]);
    const claims = "/api/v1/namespaces/newcomer/persistentvolumeclaims";
    const [claim] = await list<V1PersistentVolumeClaim>(claims);
    const lasted = Date.now() - new Date(claim?.metadata?.creationTimestamp ?? 0).getTime();
    assert.ok(lasted < 60_000, `it took ${lasted} ms`);
    await kubectl(["apply", "-f", "-"], JSON.stringify(storageClass));
    // The warning appears once as it happens and once at the end, and none appears for its consequences.
    const [live = "", last = "", ...more] = (await updating)
      .split("\n")
      .filter((line) => line.includes(" waits: "));
    assert.match(
      live,
      /^ \+ {2}countersign:substra:Orchestrator orchestrator creating \(\d+s\) warning: /,
    );
    assert.match(last, /^ {4}warning: /);
    assert.deepEqual(more, []);
  });

  it("verifies it as README.md says", async () => {
    const text = await page.next(who, ["npx countersign verify --stack dev"]);
    assert.match(text, /\d+ checks: all hold\.\n$/);
    page.end();
  });

  it("verifies it in the other ways too", async () => {
    const more = new Walk("docs/verify.md", [0]);
    const outputs = await pulumi(who, "stack", "output", "--json", "--stack", "dev");
    writeFileSync(join(who.folder, "outputs.json"), outputs);
    const first = await more.next(who, ["npx countersign verify --stack dev"]);
    const second = await more.next(who, ["npx countersign verify --outputs outputs.json"]);
    assert.equal(second, first);
    const checks = JSON.parse(await more.next(who, ["npx countersign verify"])) as object[];
    assert.match(first, new RegExp(`^${checks.length} checks: all hold`, "m"));
    more.end();
  });

  it("has changed one file of the repository, only by the salt that Pulumi adds", () => {
    assert.deepEqual(who.clone.changed(), ["Pulumi.dev.yaml"]);
    const lines = who.clone.git("diff", "--unified=0").split("\n");
    const edits = lines.filter((line) => /^[+-](?![+-])/.test(line));
    assert.match(edits.join("\n"), /^\+encryptionsalt: v1:\S+$/);
  });

  it("sets existing keys as secrets", async () => {
    // From here on the page's commands are tested, and no longer how a program is started.
    who = { ...who, environment: { ...who.environment, ...(await warmPrograms()) } };
    const pem = keys("p384").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const file of ["ca.key", "client.key"]) writeFileSync(join(who.folder, file), pem);
    const authority = {
      subject: { commonName: "Our CA" },
      generations: {
        g1: { state: "signing", certificate: makeCa({ notAfter: "2050-01-01T00:00:00Z" }) },
      },
    };
    who.clone.write(
      "Pulumi.own.yaml",
      stringify({ config: { "countersign:authority": authority } }),
    );
    await pulumi(who, "stack", "init", "own");
    await operations.next(who, ["pulumi config set --secret --path 'countersign:authority"]);
    await pulumi(who, "preview");
    const adoption = new Walk("docs/stack-per-organization.md", [3]);
    await adoption.next(who, ["pulumi config set --secret --path 'countersign:organizations"]);
    adoption.end();
    const file = who.clone.read("Pulumi.own.yaml");
    assert.equal(file.match(/secure: v1:/g)?.length, 2);
    assert.doesNotMatch(file, /PRIVATE KEY/);
  });

  it("finds the release records that a killed update has left, and deletes nothing else", async () => {
    const names = { NAMESPACE: "newcomer", RELEASE: "orchestrator", REVISIONS: "2,3" };
    const records = ["failed", "pending-rollback"].map((status, position) => {
      const version = String(position + 2);
      const name = `sh.helm.release.v1.orchestrator.v${version}`;
      const labels = { owner: "helm", name: "orchestrator", status, version };
      return { apiVersion: "v1", kind: "Secret", metadata: { name, labels } };
    });
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: records });
    await kubectl(["-n", "newcomer", "apply", "-f", "-"], list);
    const found = await operations.next(who, ["kubectl -n NAMESPACE get secrets"], names);
    assert.match(found, /^sh\.helm\.release\.v1\.orchestrator\.v1 .* deployed +1$/m);
    assert.match(found, /^sh\.helm\.release\.v1\.orchestrator\.v3 .* pending-rollback +3$/m);
    const deleted = await operations.next(who, ["kubectl -n NAMESPACE delete"], names);
    assert.deepEqual(deleted.match(/orchestrator\.v\d/g), ["orchestrator.v2", "orchestrator.v3"]);
    operations.end();
  });

  it("lists and sets up the tools", async () => {
    const tools = new Walk("toolchain/README.md");
    const all = await tools.next(who, ["npx tsx toolchain/main.ts"]);
    assert.match(all, /^pulumi +the Pulumi CLI$/m);
    await tools.next(who, ["npx tsx toolchain/main.ts --groups", 'eval "$(npx tsx']);
    tools.end();
  });

  it("updates many stacks at once", async () => {
    const folder = join(who.folder, "examples/many");
    mkdirSync(folder);
    for (const file of ["Pulumi.yaml", "package.json"])
      copyFileSync(join(who.folder, "examples/choreo", file), join(folder, file));
    for (const stack of ["consortium", "org-1"]) {
      const authority = {
        subject: { commonName: stack },
        generations: { g1: { state: "signing" } },
      };
      const config = { "countersign:authority": authority };
      who.clone.write(`examples/many/Pulumi.${stack}.yaml`, stringify({ config }));
    }
    const fleet = new Walk("docs/fleet.md");
    const many = { ...who, folder };
    await installPackage(many);
    const results = async (command: string) => {
      const text = await fleet.next(many, [`npx countersign fleet ${command}`]);
      return [...text.matchAll(/^√ +(\S+ +(?:\d +)?done)/gm)].map(([, result]) => result);
    };
    for (const command of ["preview", "up --parallel 4", "up --select", "up --resume"])
      assert.deepEqual(await results(command), ["consortium  done", "org-1       done"]);
    for (const command of ["preview --waves", "up --waves"])
      assert.deepEqual(await results(command), [
        "consortium  1     done",
        "org-1       2     done",
      ]);
    fleet.end();
  });
});
