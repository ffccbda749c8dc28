import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { consortium } from "../test/integration/example";
import { olderCertificate } from "../test/integration/older-certificate";
import { TestStack } from "../test/integration/stack";
import { plaintextOf } from "../test/integration/stack-secrets";
import { age } from "../test/integration/time";
import { row, seconds, spread } from "./figures";

const run = promisify(execFile);
const ROUNDS = 3;
const ORGANIZATIONS = 100;

/** Names that identify the one organization that is copied a hundred times. */
const MODEL = { mspId: "MyOrg2MSP", name: "my-org2-msp", place: "org-2" };
const CERTIFICATE = `${MODEL.name}-certificate`;

const CASES = [
  { what: "nothing changes", renewals: 0, args: [] },
  { what: "3 renewals, with diffs", renewals: 3, args: [] },
  { what: "all renewed, without charts", renewals: ORGANIZATIONS, args: ["--no-charts"] },
  { what: "all renewed, with diffs", renewals: ORGANIZATIONS, args: [] },
] as const;

/** Measures `countersign report` on a saved preview of a stack with a hundred organizations. */
export async function measureReport(): Promise<void> {
  const stack = await TestStack.create("bench-report", consortium("bench-report"));
  await stack.up();
  const same = await preview(stack);
  await age(stack, CERTIFICATE, 65);
  const renewed = await preview(stack);
  const caKey = await signingKey(stack);
  await stack.destroy();

  const file = join(stack.directory, "hundred.json");
  for (const { what, renewals, args } of CASES) {
    const organizations = Array.from({ length: ORGANIZATIONS }, (_, position) =>
      another(position < renewals ? renewed : same, position, caKey),
    );
    writeFileSync(
      file,
      JSON.stringify({
        steps: [...same.filter((step) => !isOfModel(step)), ...organizations.flat()],
      }),
    );
    const times: number[] = [];
    let memory = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const time = await seconds(async () => {
        memory = Math.max(memory, await report(stack, ["--preview", file, ...args]));
      });
      if (round > 0) times.push(time); // the first round warms caches
    }
    row(`${what} (s)`, spread(times));
    row(`${what}: peak memory (MiB)`, String(Math.round(memory / 1024)));
  }
}

/** A resource in `pulumi preview --json`. */
interface Step {
  readonly urn: string;
  readonly oldState?: { readonly outputs?: { readonly certPem?: string } };
}

async function preview(stack: TestStack): Promise<readonly Step[]> {
  const { stdout } = await stack.run(["preview", "--json", "--show-sames"]);
  return (JSON.parse(stdout) as { steps: readonly Step[] }).steps;
}

/** Returns the stack's CA key as PEM, which signs the certificates of the other organizations. */
async function signingKey(stack: TestStack): Promise<string> {
  const { resources } = await stack.decryptedState();
  const certificate = resources.find(
    ({ urn }) => urn.includes("LocallySignedCert") && urn.endsWith(`::${CERTIFICATE}`),
  );
  return plaintextOf(certificate?.inputs.caPrivateKeyPem) ?? "";
}

function isOfModel({ urn }: Step): boolean {
  return urn.includes(MODEL.name) || urn.endsWith(MODEL.place);
}

/** Returns the model's steps as those of another organization, with its own certificate, so that no read is saved. */
function another(steps: readonly Step[], position: number, caKey: string): Step[] {
  const own = steps.filter(isOfModel);
  const pem = own.map(({ oldState }) => oldState?.outputs?.certPem).find((found) => found) ?? "";
  const number = position + 2;
  const text = JSON.stringify(own)
    .replaceAll(MODEL.mspId, `MyOrg${number}MSP`)
    .replaceAll(MODEL.name, `my-org${number}-msp`)
    .replaceAll(MODEL.place, `org-${number}`)
    .replaceAll(
      JSON.stringify(pem),
      JSON.stringify(olderCertificate(pem, caKey, position / ORGANIZATIONS)),
    );
  return JSON.parse(text) as Step[];
}

/** Runs the command, and prints its peak memory when it ends. */
const COMMAND = `process.on("exit", () => process.stderr.write("\\nKiB " + process.resourceUsage().maxRSS));
require(${JSON.stringify(resolve(__dirname, "..", "cli", "countersign.cjs"))});`;

/** @returns the peak of its memory in KiB, without that of the programs that it runs. */
async function report(
  { directory, environment }: TestStack,
  args: readonly string[],
): Promise<number> {
  const { stderr } = await run(
    process.execPath,
    ["-e", COMMAND, "report", "--output", "report.md", ...args],
    { cwd: directory, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
  );
  return Number(/\nKiB (\d+)$/.exec(stderr)?.[1]);
}
