import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { namespacesOf, runningPods } from "./api";
import { consortium } from "./example";
import { kubectl } from "./kubectl";
import { TestStack, type Sections } from "./stack";
import { workbench } from "./workbench";

/** The last commit in which a party had up to four components around its key and certificate. */
const OLDER = "13f80ca";
const root = resolve(__dirname, "..", "..");
const [HERE, ELSEWHERE] = ["MyOrg1MSP", "MyOrg2MSP"] as const;
const SHOP = "older-shop";

const all = consortium("older", [HERE, ELSEWHERE]);

/** A consortium, one organization of which has its own stack; a Choreo Connect, a Choreo project and a Spinnaker. */
const hostSections = (member: string): Sections => ({
  authority: all.authority,
  orchestrator: all.orchestrator,
  organizations: { [HERE]: all.organizations[HERE] },
  enrollments: { [ELSEWHERE]: { request: { stack: member }, commonName: "substra.org-2.example" } },
  choreoConnect: {
    target: { compose: {} },
    backends: {
      payments: {
        endpoints: [`https://payments.${SHOP}:8443`],
        namespace: SHOP,
        routerTrust: { forms: ["pem", "pkcs12"] },
      },
      ratings: {
        endpoints: [`https://ratings.${SHOP}:8443`],
        namespace: SHOP,
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
    namespace: "older-spinnaker",
    createNamespace: true,
    phase: "prepare",
    services: { clouddriver: {}, orca: {}, gate: {} },
  },
});

const memberSections = (host: string): Sections => ({
  organizations: {
    [ELSEWHERE]: {
      ...all.organizations[ELSEWHERE],
      signedBy: { stack: host, trust: ["first-use"] },
      orchestrator: { sameCluster: true },
    },
  },
});

describe("a state that an older version wrote", function () {
  this.timeout(900_000);
  let host: TestStack;
  let member: TestStack;
  let older: Awaited<ReturnType<typeof deployed>>;

  before(async function () {
    // A shallow clone does not have that commit. CI clones everything.
    if (git("rev-parse", "--is-shallow-repository").toString().trim() === "true") this.skip();
    await kubectl(["create", "namespace", SHOP]);
    host = await TestStack.create("older-host", {}, { apart: true });
    member = await TestStack.create("older-org-2", memberSections(host.fullName), {
      apart: true,
      backend: host.backend,
    });
    await host.configure(hostSections(member.fullName));
    const program = await olderProgram();
    for (const stack of [host, member]) runBy(program, stack);
    for (const stack of [member, host, member]) await stack.up();
    older = await deployed();
  });

  it("goes on without a certificate issued again, an object replaced, or a pod rolled", async () => {
    for (const stack of [host, member]) runBy(root, stack);
    const [first, second, third] = [await host.up(), await member.up(), await host.up()];
    assert.deepEqual(
      first.changes.filter(isMore),
      [
        ...TOKEN_SIGNER,
        "create RandomPassword my-org1-msp-registry-secret",
        "update Release my-org1-msp",
      ].sort(),
    );
    assert.deepEqual(second.changes.filter(isMore), [
      "create RandomPassword my-org2-msp-registry-secret",
      "update Release my-org2-msp",
    ]);
    assert.deepEqual(third.changes, []);
    assert.deepEqual(await deployed(), older);
    for (const stack of [host, member]) await stack.assertSettled();
  });

  async function deployed() {
    const outputs = [await host.values(), await member.values()];
    const namespaces = await namespacesOf("older");
    const pods = await Promise.all(namespaces.map((namespace) => runningPods(namespace)));
    return {
      fingerprints: outputs.map(({ certificates }) =>
        [...JSON.stringify(certificates).matchAll(/"fingerprint":"([0-9a-f]{64})"/g)]
          .map(([, fingerprint]) => fingerprint)
          .sort(),
      ),
      exchanged: outputs.map(({ requests, admissions }) => ({ requests, admissions })),
      // The registry's pod gets its secret, and is the only one that rolls.
      pods: pods
        .flat()
        .filter(({ metadata }) => metadata?.name?.includes("docker-registry") !== true)
        .map(({ metadata }) => metadata?.uid),
    };
  }
});

/** The enforcer's pair for tokens, which that commit did not have yet. Backends had no secret for their registry. */
const TOKEN_SIGNER = [
  "create PrivateKey choreo-connect-token-signer-key",
  "create SelfSignedCert choreo-connect-token-signer-certificate",
  "create TokenSigner choreo-connect-token-signer",
];

/** Whether a change does more than to remove what stood around a key or a certificate, in the state only. */
function isMore(change: string): boolean {
  return !/^delete (Identity|Certificate|CertRequest|IssuedCredentials) /.test(change);
}

function git(...args: string[]): Buffer {
  return execFileSync("git", args, { cwd: root, maxBuffer: 1 << 28 });
}

/** The program of the older commit, in a folder of its own. */
async function olderProgram(): Promise<string> {
  const { directory } = await workbench();
  const program = join(directory, "older-program");
  mkdirSync(program);
  execFileSync("tar", ["-x"], { cwd: program, input: git("archive", OLDER) });
  symlinkSync(join(root, "node_modules"), join(program, "node_modules"));
  return program;
}

/** Lets a stack be run by the program in a folder, with the charts as they are. */
function runBy(program: string, { directory }: TestStack): void {
  rmSync(join(directory, "program.cjs"));
  symlinkSync(join(program, "program.cjs"), join(directory, "program.cjs"));
}
