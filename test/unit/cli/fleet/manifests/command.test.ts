import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { commandsOf, complaintOf, countersign, statusOf } from "../../../../../cli/main";
import { expectGolden } from "../../../golden";
import { commandsOf as commandsOfPage } from "../../../../pages";

const REPOSITORY = ["--repo", "https://git.example/fleet.git"];
const BACKEND = ["--backend", "s3://states"];
const PASSPHRASES = ["--env", "PULUMI_CONFIG_PASSPHRASE=passphrases/{stack}"];
const ENOUGH = [...REPOSITORY, ...BACKEND, ...PASSPHRASES];

describe("countersign fleet manifests", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-manifests-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: countersign\nruntime: nodejs\n");
    const request = (stack: string) => ({
      request: { stack: `organization/countersign/${stack}` },
    });
    write("consortium", {
      "countersign:enrollments": { A: request("org-1"), B: request("org-2"), C: {} },
    });
    const signedBy = { stack: "organization/countersign/consortium" };
    write("org-1", { "countersign:organizations": { A: { signedBy } } });
    write(
      "org-2",
      { "countersign:organizations": { B: { signedBy } } },
      { secretsprovider: "awskms://alias/org-2" },
    );
    const files = { directory: "enrollments/C" };
    write("org-3", { "countersign:organizations": { C: { signedBy: files } } });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (stack: string, config: object, more: object = {}) =>
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), stringify({ ...more, config }));
  const manifests = (...options: string[]) => run("fleet", "manifests", "-C", folder, ...options);
  const written = async (...options: string[]) => {
    const { status, said } = await manifests(...options);
    assert.equal(status, 0, said);
    return parseAllDocuments(said).map((each) => each.toJS() as Manifest);
  };
  const refused = async (...options: string[]) => {
    const { status, said } = await manifests(...options);
    assert.equal(status, 2, said);
    return said;
  };

  it("writes a consortium, two organizations by stack, and one by files", async () => {
    const { said } = await manifests(...ENOUGH, "--namespace", "fleet");
    expectGolden(join(__dirname, "golden", "consortium.yaml"), said);
  });

  it("writes everything that an option gives", async () => {
    write("org-3", { "kubernetes:context": "west" });
    const options = [
      ...["--select", "org-3", "--repo", "git@git.example:team/fleet.git", "--branch", "stable"],
      ...["--repo-dir", "./deploy/", "--repo-access", "git/key", "--organization", "acme"],
      ...["--backend", "https://pulumi.example", "--env", "PULUMI_ACCESS_TOKEN=pulumi/token"],
      ...["--kubeconfig", "kubeconfigs/{stack}", "--service-account", "deployer"],
      ...["--image", "registry.example/pulumi:1", "--resync", "10m", "--preview"],
    ];
    const { said } = await manifests(...options);
    expectGolden(join(__dirname, "golden", "options.yaml"), said);
  });

  it("names the folder of the stacks in their repository", async () => {
    mkdirSync(join(folder, "deploy", "fleet"), { recursive: true });
    mkdirSync(join(folder, ".git"));
    for (const file of ["Pulumi.yaml", "Pulumi.org-3.yaml"])
      writeFileSync(join(folder, "deploy", "fleet", file), readFileSync(join(folder, file)));
    const [inside] = await written("-C", join(folder, "deploy", "fleet"), ...ENOUGH);
    assert.equal(inside?.spec.repoDir, "deploy/fleet");
    const [root] = await written(...ENOUGH);
    assert.ok(root && !("repoDir" in root.spec));
  });

  it("resyncs often enough for the shortest time before an expiry", async () => {
    const resync = async (certificate: object, ...options: string[]) => {
      write("org-1", { "countersign:choreo": { certificate } });
      const all = await written(...ENOUGH, ...options);
      return all.map(({ spec }) => spec.resyncFrequencySeconds);
    };
    assert.deepEqual(await resync({}), [3600, 3600, 3600, 3600]);
    assert.deepEqual(new Set(await resync({ renewBefore: "2h" })), new Set([1800]));
    assert.deepEqual(new Set(await resync({ validity: "3h" })), new Set([900]));
    assert.deepEqual(new Set(await resync({ validity: "1h" })), new Set([60]));
    assert.deepEqual(new Set(await resync({}, "--resync", "1d")), new Set([86_400]));
    assert.equal(
      await refused(...ENOUGH, "--resync", "8d"),
      "--resync 8d is too long: the shortest renewBefore of these stacks is 30d, and a renewal takes two updates; give at most 180h, a quarter, so that there is time to repair a failure",
    );
  });

  it("gives objects names that Kubernetes and the operator accept", async () => {
    for (const stack of ["Org_4", "2nd.Org", "__"]) write(stack, {});
    const names = (await written(...ENOUGH)).map(({ metadata }) => metadata.name);
    for (const name of ["org-4", "stack-2nd-org", "stack"]) assert.ok(names.includes(name), name);

    write("a".repeat(43), {});
    assert.match(await refused(...ENOUGH), /at most 42 characters, .* has 43; rename the stack/);
    await written(...ENOUGH, "--select", "org-*");
    write("org.4", {});
    assert.match(
      await refused(...ENOUGH, "--select", "*4"),
      /^the objects of stacks Org_4 and org\.4 would both be called org-4: rename one/,
    );
  });

  for (const [why, options, message] of [
    ["no repository", [...BACKEND, ...PASSPHRASES], /required option '--repo <url>'/],
    ["no URL", ["--repo", "fleet"], /^--repo is not the URL of a repository: write https:/],
    [
      "a password",
      ["--repo", "https://me:hunter2@git.example/f"],
      /^--repo contains credentials, /,
    ],
    ["no backend", REPOSITORY, /^give the stacks' backend, with --backend <url> or --env PULUMI_/],
    [
      "a pod's files",
      [...REPOSITORY, "--backend", "file:///hunter2"],
      /lost with it, and the stacks' keys/,
    ],
    ["the same", [...REPOSITORY, "--backend", "hunter2"], /^--backend is not the URL of a backend/],
    [
      "another password",
      [...REPOSITORY, "--backend", "postgres://me:hunter2@db/p"],
      /--env PULUMI_BACKEND_URL/,
    ],
    [
      "two backends",
      [...ENOUGH, "--env", "PULUMI_BACKEND_URL=a/b"],
      /both name the backend: give one$/,
    ],
    [
      "no passphrase",
      [...REPOSITORY, ...BACKEND],
      /^stack consortium is encrypted with a passphrase: give --env/,
    ],
    [
      "no token",
      [...REPOSITORY, "--backend", "https://pulumi.example"],
      /needs an access token: give --env PULUMI_ACCESS_TOKEN=/,
    ],
    [
      "a value",
      [...REPOSITORY, "--env", "PULUMI_CONFIG_PASSPHRASE=hunter2"],
      /^--env PULUMI_CONFIG_PASSPHRASE does not name a Secret and one/,
    ],
    [
      "no variable",
      [...REPOSITORY, "--env", "hunter2"],
      /^--env names no variable: write <variable>=<secret>\/<key>/,
    ],
    [
      "a variable twice",
      [...ENOUGH, ...PASSPHRASES],
      /^--env gives PULUMI_CONFIG_PASSPHRASE twice: give it once$/,
    ],
    [
      "a token itself",
      [...ENOUGH, "--repo-access", "hunter2"],
      /^--repo-access does not name a Secret/,
    ],
    [
      "a folder outside",
      [...ENOUGH, "--repo-dir", "../x"],
      /argument '..\/x' is invalid. Write the path from the root/,
    ],
    [
      "no name",
      [...ENOUGH, "--namespace", "My_Fleet"],
      /argument 'My_Fleet' is invalid. Write lower-case/,
    ],
    [
      "no duration",
      [...ENOUGH, "--resync", "30s"],
      /argument '30s' is invalid. Write a whole number and m, h or d/,
    ],
    ["no such stack", [...ENOUGH, "--select", "org-9"], /^--select org-9 matches no stack/],
  ] as const)
    it(`is refused with ${why}: ${options.join(" ")}`, async () => {
      const said = await refused(...options);
      assert.match(said, message);
      assert.doesNotMatch(said, /hunter2/);
    });

  it("needs a kubeconfig for stacks in a context", async () => {
    write("org-3", { "kubernetes:context": "west" });
    assert.match(
      await refused(...ENOUGH),
      /^stack org-3 is deployed to the context west, .*: give --kubeconfig <secret>\/<key>$/,
    );
    await written(...ENOUGH, "--kubeconfig", "kubeconfigs/west");
    const both = [...ENOUGH, "KUBECONFIG=a/b", "--kubeconfig", "kubeconfigs/west"];
    assert.match(await refused(...both), /both set KUBECONFIG: give --kubeconfig$/);
  });

  it("keeps a directory of files, and leaves those alone that it did not write", async () => {
    const to = join(folder, "out");
    const { said } = await manifests(...ENOUGH, "--to", to);
    assert.match(said, /^4 files for the Pulumi Kubernetes Operator\n/);
    assert.match(
      said,
      /create ServiceAccount countersign, Secret passphrases \(docs\/operator\.md\)\n/,
    );
    await manifests(...ENOUGH, "--to", to, "--preview");
    const yaml = () => readdirSync(to).filter((file) => !file.startsWith("."));
    assert.equal(yaml().length, 8);
    // kubectl apply -f <directory> reads these.
    assert.deepEqual(
      readdirSync(to).filter((file) => file.endsWith(".json")),
      [],
    );

    rmSync(join(folder, "Pulumi.org-3.yaml"));
    await manifests(...ENOUGH, "--to", to);
    assert.deepEqual([yaml().length, yaml().includes("org-3.yaml")], [7, false]);
    writeFileSync(join(to, "org-1.yaml"), "mine\n");
    assert.match(
      await refused(...ENOUGH, "--to", to, "--resync", "5m"),
      /org-1\.yaml has been changed since/,
    );
    assert.equal(readFileSync(join(to, "org-1.yaml"), "utf8"), "mine\n");
    await manifests(...ENOUGH, "--to", to, "--resync", "5m", "--force");
    assert.match(readFileSync(join(to, "org-1.yaml"), "utf8"), /resyncFrequencySeconds: 300/);
  });

  it("is called as docs/operator.md says", async () => {
    const commands = commandsOfPage("docs/operator.md")
      .flat()
      .flatMap((line) => /^npx countersign (fleet manifests .*)/.exec(line)?.[1] ?? []);
    assert.ok(commands.length >= 2);
    for (const command of commands) {
      const words = command.split(/ +/).map((word) => word.replaceAll("'", ""));
      const to = words.includes("--to") ? ["--to", join(folder, "out")] : [];
      const { status, said } = await run(...words, "-C", folder, ...to);
      assert.equal(status, 0, said);
    }
  });
});

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Runs the command in this process. @returns its exit status, and what it printed. */
async function run(...words: string[]): Promise<{ status: number; said: string }> {
  const program = countersign("1.2.3");
  let said = "";
  const keep = (text: string) => void (said += text);
  for (const command of commandsOf(program)) command.configureOutput({ writeErr: keep });
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text) => (said += String(text)) !== "";
  try {
    await program.parseAsync(words, { from: "user" });
    return { status: 0, said };
  } catch (error) {
    return { status: statusOf(error), said: complaintOf(error) ?? said };
  } finally {
    process.stdout.write = write;
  }
}
