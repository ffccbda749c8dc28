import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { V1Deployment, V1Namespace } from "@kubernetes/client-node";
import type { StackReport } from "../../cli/fleet/report/report";
import { writeProject } from "../../cli/init";
import { version } from "../../package.json";
import { keyMatchesCertificate, writeCertificateRequest } from "../../x509";
import { install, installTypeScript, pack, repack, type Tarball } from "../package/pack";
import { blocksOf, commandsOf, isRun } from "../pages";
import { entryOf, list, mountedSecrets, namespacesOf, ourSecrets, runningPods } from "./api";
import { installOpenChoreo } from "./choreo/crd";
import { EXAMPLES, copyExample } from "./copied-example";
import { consortium } from "./example";
import { installOperatorsCrd } from "./spinnaker/cluster";
import { TestStack } from "./stack";
import { until } from "./time";
import { workbench } from "./workbench";

const PAGE = "docs/components.md";
const NAMESPACE = "store";
const [HERE, ELSEWHERE] = ["MyOrg1MSP", "MyOrg2MSP"] as const;

describe("the package, installed with npm", function () {
  this.timeout(1_200_000);
  let packed: string;
  let tarball: Tarball;
  let newer: Tarball;

  before(async () => {
    packed = join((await workbench()).directory, "package");
    tarball = await pack(packed);
    newer = await repack(tarball, "99.0.0", packed);
  });

  describe("in an empty folder, with the program of its page", () => {
    let folder: string;
    let environment: NodeJS.ProcessEnv;
    const blocks = blocksOf(PAGE);
    const program = blocks.find(({ language }) => language === "ts")?.lines.join("\n") ?? "";

    before(async () => {
      const { environment: shared } = await workbench();
      folder = join(packed, "store");
      mkdirSync(join(folder, "state"), { recursive: true });
      environment = {
        ...process.env,
        ...shared,
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
        PULUMI_OPTION_NON_INTERACTIVE: "true",
        PULUMI_OPTION_YES: "true",
        PULUMI_OPTION_SKIP_PREVIEW: "true",
      };
      await install(folder, tarball);
      await installTypeScript(folder);
      writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
      writeFileSync(join(folder, "index.ts"), `${program}\n`);
      await run("pulumi stack init dev");
    });

    const run = async (command: string) => {
      const [name = "", ...args] = command.split(" ");
      const options = { cwd: folder, env: environment, maxBuffer: 1 << 26 };
      return (await promisify(execFile)(name, args, options)).stdout;
    };
    const state = async () =>
      JSON.parse(await run("pulumi stack export")) as {
        deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
      };
    const certificates = async () =>
      (await state()).deployment.resources
        .filter(({ type }) => /^tls:.*Cert$/.test(type))
        .map(({ outputs = {} }) => String(outputs.certPem));
    const deployed = async () => {
      const [deployment] = await list<V1Deployment>(
        `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
      );
      const [mounted = ""] = mountedSecrets(deployment?.spec?.template.spec).tls ?? [];
      const secrets = await ourSecrets(NAMESPACE);
      const pods = (await runningPods(NAMESPACE)).map(({ metadata }) => metadata?.uid ?? "");
      return { mounted, secrets, pods };
    };

    it("is compiled by tsc --strict, and gives a service its certificate", async () => {
      for (const command of commandsOf(PAGE)
        .flat()
        .filter((each) => isRun(PAGE, each)))
        await run(command);
      const { mounted, secrets, pods } = await deployed();
      const secret = secrets.get(mounted);
      const leaf = new X509Certificate(entryOf(secret, "tls.crt"));
      assert.equal(leaf.subjectAltName, "DNS:cart.store.svc");
      assert.ok(keyMatchesCertificate(entryOf(secret, "tls.key"), leaf.toString()));
      assert.equal(pods.length, 1);
      const issued = (await certificates()).map((pem) => new X509Certificate(pem));
      const [authority] = issued.filter(({ ca }) => ca);
      assert.equal(issued.length, 2);
      assert.ok(authority && leaf.checkIssued(authority) && leaf.verify(authority.publicKey));
    });

    it("rolls its Deployment when the certificate is issued again", async () => {
      const before = await deployed();
      const file = join(folder, "index.ts");
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace('["cart.store.svc"]', '["cart.store.svc", "cart"]'),
      );
      await run("pulumi up");
      await until("the old pod is gone", async () => {
        const { pods } = await deployed();
        return pods.length === 1 && pods[0] !== before.pods[0];
      });
      const after = await deployed();
      assert.notEqual(after.mounted, before.mounted);
      assert.deepEqual([...after.secrets.keys()], [after.mounted]);
      const leaf = new X509Certificate(entryOf(after.secrets.get(after.mounted), "tls.crt"));
      assert.equal(leaf.subjectAltName, "DNS:cart.store.svc, DNS:cart");
    });

    it("goes on with a newer version of the package, and changes nothing", async () => {
      const before = await certificates();
      await install(folder, newer);
      assert.match(await run("npx countersign --version"), /^99\.0\.0$/m);
      await run("pulumi preview --expect-no-changes");
      await run("pulumi up --expect-no-changes");
      assert.deepEqual(await certificates(), before);
    });

    it("is destroyed with everything that it made", async () => {
      await run("pulumi destroy");
      const namespaces = await list<V1Namespace>("/api/v1/namespaces");
      assert.ok(namespaces.every(({ metadata }) => metadata?.name !== NAMESPACE));
    });
  });

  it("runs the project that countersign init writes", async () => {
    const { environment } = await workbench();
    const project = join(packed, "initialized");
    const backend = join(packed, "initialized-state");
    for (const folder of [project, backend]) mkdirSync(folder);
    const options = {
      cwd: project,
      env: {
        ...process.env,
        ...environment,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      },
      maxBuffer: 1 << 26,
    };
    const run = async (program: string, ...args: string[]) =>
      (await promisify(execFile)(program, args, options)).stdout;
    writeProject({ kind: "services", directory: project, stack: "dev", version });
    // Tests share the cluster.
    const file = join(project, "Pulumi.dev.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(": shop", ": initialized-shop"));
    await install(project, tarball);
    await run("pulumi", "stack", "init", "dev");
    const { steps } = JSON.parse(await run("pulumi", "preview", "--json")) as {
      steps: readonly { readonly op: string; readonly urn: string }[];
    };
    const created = steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(-2).join(" ")}`);
    assert.ok(
      created.some((line) => /^create .*services:Service service-orders$/.test(line)),
      created.join("\n"),
    );
  });

  describe("in copies of the examples", () => {
    let copies: string;
    let environment: NodeJS.ProcessEnv;

    before(async () => {
      const { environment: shared } = await workbench();
      // The kinds of objects that examples say they need.
      await Promise.all([installOpenChoreo(), installOperatorsCrd("spinnaker.io")]);
      copies = join(packed, "examples");
      await install(copies, tarball);
      environment = {
        ...process.env,
        ...shared,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      };
    });

    for (const name of EXAMPLES)
      it(`previews all stacks of ${name}`, async () => {
        const project = join(copies, name);
        const stacks = copyExample(name, project, copies);
        const backend = join(project, ".state");
        mkdirSync(backend);
        const command = join(project, "node_modules", ".bin", "countersign");
        const options = {
          cwd: project,
          env: { ...environment, PULUMI_BACKEND_URL: `file://${backend}` },
        };
        const args = ["fleet", "preview", "--parallel", "2", "--json"];
        const { stdout } = await promisify(execFile)(command, args, options).catch(
          (error: unknown) => error as { stdout: string },
        );
        const report = JSON.parse(stdout) as { readonly stacks: readonly StackReport[] };
        assert.deepEqual(
          report.stacks.map(({ stack, result, error }) => ({ stack, result, error })),
          stacks.map((stack) => ({ stack, result: "done", error: undefined })),
        );
        for (const { stack, changes } of report.stacks)
          assert.ok((changes.create ?? 0) > 1, `${stack}: ${JSON.stringify(changes)}`);
      });
  });

  describe("in a project that has a stack file only", () => {
    let stack: TestStack;
    let older: Awaited<ReturnType<typeof deployed>>;
    const all = consortium("package", [HERE, ELSEWHERE]);
    const sections = {
      authority: all.authority,
      orchestrator: all.orchestrator,
      organizations: { [HERE]: all.organizations[HERE] },
      // Read by the program, from a file whose path is relative to the project.
      enrollments: {
        [ELSEWHERE]: { request: { file: "requests/org-2.pem" }, commonName: "org-2.example" },
      },
    };

    before(async () => {
      stack = await TestStack.create("package-stack", sections, { apart: true });
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const request = writeCertificateRequest(
        privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        {
          organization: ELSEWHERE,
          commonName: "org-2.example",
          dnsNames: [],
          ipAddresses: [],
          uris: [],
        },
      );
      mkdirSync(join(stack.directory, "requests"));
      writeFileSync(join(stack.directory, "requests", "org-2.pem"), request);
      // The repository's program wrote the state that the package goes on with.
      await stack.up();
      older = await deployed();
      assert.equal(older.fingerprints.length, 3);
      // The request was found by a path that is relative to the project.
      assert.match(JSON.stringify(older.admissions), /MyOrg2MSP.*BEGIN CERTIFICATE/);
      for (const file of ["program.cjs", "package.json", "node_modules"])
        rmSync(join(stack.directory, file));
      const [project] = blocksOf(PAGE).filter(({ language }) => language === "yaml");
      writeFileSync(join(stack.directory, "Pulumi.yaml"), `${project?.lines.join("\n") ?? ""}\n`);
      await install(stack.directory, tarball);
    });

    it("goes on with an older state: no certificate is issued, and no pod rolls", async () => {
      const { changes } = await stack.up();
      // From the folder of `main`, in which the provider runs, the charts have another path.
      assert.deepEqual(changes, ["update Release my-org1-msp", "update Release orchestrator"]);
      assert.deepEqual(await deployed(), older);
      await stack.assertSettled();
    });

    it("is verified by the command of the package", async () => {
      const { environment, directory } = stack;
      const command = join(directory, "node_modules", ".bin", "countersign");
      const options = { cwd: directory, env: { ...process.env, ...environment } };
      const args = ["verify", "--stack", stack.name, "--json"];
      const { stdout } = await promisify(execFile)(command, args, options);
      const checks = JSON.parse(stdout) as { readonly ok: boolean }[];
      assert.ok(checks.length > 10);
      assert.deepEqual(
        checks.filter(({ ok }) => !ok),
        [],
      );
    });

    it("goes on with a newer version of the package, and changes nothing", async () => {
      await install(stack.directory, newer);
      const { changes } = await stack.up();
      assert.deepEqual(changes, []);
      assert.deepEqual(await deployed(), older);
    });

    it("is refused with the key of the stack file that is wrong", async () => {
      await stack.configure({
        ...sections,
        orchestrator: { ...sections.orchestrator, chart: { path: "charts/none" } },
      });
      const printed = await stack.refusal();
      assert.match(printed, /countersign:orchestrator\.chart.*charts\/none/);
      await stack.configure(sections);
    });

    async function deployed() {
      const { certificates, admissions } = await stack.values();
      const fingerprints = [
        ...JSON.stringify(certificates).matchAll(/"fingerprint":"([0-9a-f]{64})"/g),
      ].map(([, fingerprint]) => fingerprint);
      const namespaces = await namespacesOf("package");
      const pods = await Promise.all(namespaces.map((namespace) => runningPods(namespace)));
      return {
        fingerprints: fingerprints.sort(),
        admissions,
        pods: pods.flat().map(({ metadata }) => metadata?.uid),
      };
    }
  });
});
