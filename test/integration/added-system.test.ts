import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Check } from "../../verify/check";
import { Clone } from "./clone";
import { kubectl } from "./kubectl";
import { workbench } from "./workbench";

const NAMESPACE = "added-relay";

const STACK = `config:
  countersign:authority:
    subject: { organization: Relay, commonName: Relay CA }
    generations: { g1: { state: signing } }
  countersign:relay:
    namespace: ${NAMESPACE}
    host: relay.example
    callers: [probe, meter]
`;

describe("a system that is added as CONTRIBUTING.md says", function () {
  this.timeout(600_000); // its sources are compiled
  let clone: Clone;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    const { directory, environment: shared } = await workbench();
    const base = join(directory, "added-system");
    clone = new Clone(join(base, "clone"));
    cpSync(join(__dirname, "added-system"), clone.directory, { recursive: true });
    // One import and one word in each of the two lists.
    for (const [list, door] of [
      ["systems/programs.ts", "program"],
      ["systems/commands.ts", "command"],
    ] as const) {
      const first = `import { substra } from "./substra/${door}";\n`;
      clone
        .edit(list, first, `${first}import { relay } from "./relay/${door}";\n`)
        .edit(list, "System[] = [", "System[] = [relay, ");
    }
    clone.write("Pulumi.relay.yaml", STACK);
    mkdirSync(join(base, "state"));
    environment = {
      ...process.env,
      ...shared,
      PULUMI_BACKEND_URL: `file://${join(base, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    };
    await pulumi("stack", "init", "relay");
  });

  /** @returns standard output; the program must succeed. */
  const run = async (program: string, ...args: string[]) => {
    const options = { cwd: clone.directory, env: environment, maxBuffer: 1 << 26 };
    return (await promisify(execFile)(program, args, options)).stdout;
  };
  const pulumi = (...args: string[]) => run("pulumi", "--non-interactive", ...args);
  const countersign = (...args: string[]) => run("node", "cli/countersign.cjs", ...args);

  it("is configured: what is wrong is refused with its key", async () => {
    clone.edit("Pulumi.relay.yaml", "[probe, meter]", "[probe, server]");
    await assert.rejects(pulumi("preview", "--stack", "relay"), ({ stdout }: { stdout: string }) =>
      stdout.includes('countersign:relay.callers: has "server", which is the relay itself'),
    );
    clone.edit("Pulumi.relay.yaml", "[probe, server]", "[probe, meter]");
  });

  it("is deployed, and has its outputs", async () => {
    await pulumi("up", "--yes", "--skip-preview", "--stack", "relay");
    const outputs = JSON.parse(await pulumi("stack", "output", "--json", "--stack", "relay")) as {
      readonly relay: { readonly secrets: Readonly<Record<string, string>> };
      readonly certificates: { readonly relay: Readonly<Record<string, unknown>> };
    };
    assert.deepEqual(Object.keys(outputs.certificates.relay).sort(), ["meter", "probe", "server"]);
    assert.deepEqual(Object.keys(outputs.relay.secrets).sort(), ["meter", "probe", "server"]);
  });

  it("is verified, with the whole rehearsal", async () => {
    const checks = JSON.parse(await countersign("verify", "--stack", "relay", "--json")) as Check[];
    assert.deepEqual(
      checks.filter(({ ok }) => !ok),
      [],
    );
    const ofServer = checks.filter(({ party }) => party === "Relay server");
    assert.deepEqual(
      ofServer.map(({ code }) => code),
      [
        ...["mounted-objects", "key", "purpose", "expiry", "chain", "ca-life", "accepted"],
        ...["refuses-no-certificate", "refuses-wrong-host", "refuses-foreign-ca"],
        ...["refuses-expired", "refuses-foreign-server", "refuses-expired-server"],
      ],
    );
  });

  it("is exported by the one command", async () => {
    await countersign("relay", "export", "--stack", "relay", "--to", "exported");
    const bundle = readFileSync(join(clone.directory, "exported/ca.crt"), "utf8");
    assert.match(bundle, /^-----BEGIN CERTIFICATE-----/);
    assert.match(await countersign("complete", "--", "relay", ""), /^export\t/);
  });

  it("is told in reports by what its components state", async () => {
    clone.edit("Pulumi.relay.yaml", "relay.example", "relay.other.example");
    const report = await countersign("report", "--stack", "relay", "--no-charts");
    assert.match(report, /Relay relay[^]*relay\.other\.example/);
  });

  it("is destroyed with everything that it made", async () => {
    await pulumi("destroy", "--yes", "--skip-preview", "--stack", "relay");
    const namespaces = await kubectl(["get", "namespaces", "-o", "name"]);
    assert.ok(!namespaces.includes(NAMESPACE), namespaces);
  });
});
