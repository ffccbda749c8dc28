import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { namespacesOf, runningPods } from "./api";
import { consortium } from "./example";
import { kubectl } from "./kubectl";
import { TestStack, type Sections } from "./stack";
import { workbench } from "./workbench";

/** An older version of the program, and what this one changes in its state. */
interface Older {
  readonly commit: string;
  readonly what: string;
  /** Prefix of namespaces and stacks. */
  readonly prefix: string;
  /** Changes of the stack with the consortium, and of an organization's own stack. */
  readonly host: readonly string[];
  readonly member: readonly string[];
}

/** The enforcer's pair for tokens, which the first of these versions did not have yet. */
const TOKEN_SIGNER = [
  "create PrivateKey choreo-connect-token-signer-key",
  "create SelfSignedCert choreo-connect-token-signer-certificate",
  "create TokenSigner choreo-connect-token-signer",
];

/** Backends of the first version had no secret for their registry. */
const VERSIONS: readonly Older[] = [
  {
    commit: "13f80ca",
    what: "with up to four components around a key and a certificate",
    prefix: "older",
    host: [...TOKEN_SIGNER, "update Release my-org1-msp"],
    member: ["update Release my-org2-msp"],
  },
  {
    commit: "b3add17",
    what: "with a Secret for a backend's CAs, and a resource for each password",
    prefix: "old",
    host: [],
    member: [],
  },
];

const root = resolve(__dirname, "..", "..");
const [HERE, ELSEWHERE] = ["MyOrg1MSP", "MyOrg2MSP"] as const;

const partiesOf = (prefix: string) => consortium(prefix, [HERE, ELSEWHERE]);

/** A consortium, one organization of which has its own stack; a Choreo Connect, a Choreo project and a Spinnaker. */
const hostSections = (prefix: string, member: string): Sections => ({
  authority: partiesOf(prefix).authority,
  orchestrator: partiesOf(prefix).orchestrator,
  organizations: { [HERE]: partiesOf(prefix).organizations[HERE] },
  enrollments: { [ELSEWHERE]: { request: { stack: member }, commonName: "substra.org-2.example" } },
  choreoConnect: {
    target: { compose: {} },
    backends: {
      payments: {
        endpoints: [`https://payments.${prefix}-shop:8443`],
        namespace: `${prefix}-shop`,
        routerTrust: { forms: ["pem", "pkcs12"] },
      },
      ratings: {
        endpoints: [`https://ratings.${prefix}-shop:8443`],
        namespace: `${prefix}-shop`,
        certificate: { form: "pkcs12" },
      },
    },
    apis: { "Shop-1.0.0": ["payments", "ratings"] },
  },
  choreo: {
    project: "greeter",
    target: { console: {} },
    components: {
      server: { server: { projectUrl: "http://greeter-1.example:8080/greeter" } },
      waiting: { server: {} },
      client: { client: { identity: "greeter-client", calls: { server: "GREETER_URL" } } },
    },
  },
  spinnaker: {
    target: { halyard: {} },
    namespace: `${prefix}-spinnaker`,
    createNamespace: true,
    phase: "prepare",
    services: { clouddriver: {}, orca: {}, gate: {} },
  },
});

const memberSections = (prefix: string, host: string): Sections => ({
  organizations: {
    [ELSEWHERE]: {
      ...partiesOf(prefix).organizations[ELSEWHERE],
      signedBy: { stack: host, trust: ["first-use"] },
      orchestrator: { sameCluster: true },
    },
  },
});

for (const { commit, what, prefix, ...changes } of VERSIONS) {
  describe(`a state that an older version wrote, ${what}`, function () {
    this.timeout(900_000);
    let host: TestStack;
    let member: TestStack;
    let older: Awaited<ReturnType<typeof deployedBy>>;

    before(async function () {
      // A shallow clone does not have that commit. CI clones everything.
      if (git("rev-parse", "--is-shallow-repository").toString().trim() === "true") this.skip();
      await kubectl(["create", "namespace", `${prefix}-shop`]);
      host = await TestStack.create(`${prefix}-host`, {}, { apart: true });
      const sections = memberSections(prefix, host.fullName);
      const options = { apart: true, backend: host.backend };
      member = await TestStack.create(`${prefix}-org-2`, sections, options);
      await host.configure(hostSections(prefix, member.fullName));
      const program = await olderProgram(commit);
      for (const stack of [host, member]) runBy(program, stack);
      for (const stack of [member, host, member]) await stack.up();
      older = await deployedBy(prefix, host, member);
    });

    it("goes on without a certificate issued again, an object replaced, or a pod rolled", async () => {
      for (const stack of [host, member]) runBy(root, stack);
      const [first, second, third] = [await host.up(), await member.up(), await host.up()];
      assert.deepEqual(first.changes.filter(isMore), [...changes.host].sort());
      assert.deepEqual(second.changes.filter(isMore), changes.member);
      assert.deepEqual(third.changes, []);
      assert.deepEqual(await deployedBy(prefix, host, member), older);
      for (const stack of [host, member]) await stack.assertSettled();
    });
  });
}

async function deployedBy(prefix: string, host: TestStack, member: TestStack) {
  const outputs = [await host.values(), await member.values()];
  const namespaces = await namespacesOf(prefix);
  const pods = await Promise.all(namespaces.map((namespace) => runningPods(namespace)));
  return {
    fingerprints: outputs.map(({ certificates }) =>
      [...JSON.stringify(certificates).matchAll(/"fingerprint":"([0-9a-f]{64})"/g)]
        .map(([, fingerprint]) => fingerprint)
        .sort(),
    ),
    exchanged: outputs.map(({ requests, admissions }) => ({ requests, admissions })),
    // The registry's pod of the first version gets its secret, and is the only one that rolls.
    pods: pods
      .flat()
      .filter(({ metadata }) => metadata?.name?.includes("docker-registry") !== true)
      .map(({ metadata }) => metadata?.uid),
  };
}

/** Whether a change does more than to remove what stood around a key or a certificate, in the state only. */
function isMore(change: string): boolean {
  return !/^delete (Identity|Certificate|CertRequest|IssuedCredentials) /.test(change);
}

function git(...args: string[]): Buffer {
  return execFileSync("git", args, { cwd: root, maxBuffer: 1 << 28 });
}

/** The program of an older commit, in a folder of its own. */
async function olderProgram(commit: string): Promise<string> {
  const { directory } = await workbench();
  const program = join(directory, `program-${commit}`);
  mkdirSync(program);
  execFileSync("tar", ["-x"], { cwd: program, input: git("archive", commit) });
  symlinkSync(join(root, "node_modules"), join(program, "node_modules"));
  return program;
}

/** Lets a stack be run by the program in a folder, with the charts as they are. */
function runBy(program: string, { directory }: TestStack): void {
  rmSync(join(directory, "program.cjs"));
  symlinkSync(join(program, "program.cjs"), join(directory, "program.cjs"));
}
