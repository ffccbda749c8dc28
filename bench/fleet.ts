import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { withApi } from "../local/api";
import { layoutOf } from "../local/directory";
import { pkiFiles } from "../local/pki";
import { namespacesOf } from "../test/integration/api";
import { consortium, members } from "../test/integration/example";
import { TestStack } from "../test/integration/stack";
import { workbench } from "../test/integration/workbench";
import { median, row, seconds } from "./figures";

const ORGANIZATIONS = 25;
const PARALLELISM = [1, 2, 4];
/** Organizations of a large fleet, which is too slow to compare with a single stack. */
const MANY = 50;
const MANY_AT_ONCE = 4;
const root = resolve(__dirname, "..");
const run = promisify(execFile);

/** The part of `countersign fleet --json` that is measured. */
interface Report {
  readonly stacks: readonly { readonly stack: string; readonly seconds: number }[];
  readonly summary: { readonly stacks: number; readonly done: number; readonly seconds: number };
}

/**
 * Compares a stack for each organization, deployed by `countersign fleet`, with one stack for the same organizations.
 */
export async function measureFleet(): Promise<void> {
  const one = await TestStack.create("bench-one", consortium("bench-one", members(ORGANIZATIONS)));
  const single = await seconds(() => one.up());
  row(`${ORGANIZATIONS} organizations in one stack: up (s)`, single.toFixed(1));
  row("the same again, no change (s)", (await seconds(() => one.up())).toFixed(1));
  await one.destroy();

  for (const parallel of PARALLELISM) {
    const reports = await measureStacks(ORGANIZATIONS, parallel);
    for (const { summary } of reports) {
      row("  in times of one stack's first up", (summary.seconds / single).toFixed(1));
    }
  }
}

/** Measures a stack for each of many organizations. */
export async function measureLargeFleet(): Promise<void> {
  await measureStacks(MANY, MANY_AT_ONCE);
}

/** Measures a fleet's first `up` and its repetition. */
async function measureStacks(organizations: number, parallel: number): Promise<Report[]> {
  const name = `bench-fleet-${organizations}-${parallel}`;
  const folder = await makeFolder(name, organizations);
  const label = `${organizations + 1} stacks, ${parallel} at a time`;
  const first = await fleet(folder, parallel);
  show(`${label}: first up`, first);
  const second = await fleet(folder, parallel);
  show(`${label}: again, no change`, second);
  await removeNamespaces(name);
  return [first, second];
}

function show(label: string, { stacks, summary }: Report): void {
  const each = stacks.filter(({ stack }) => stack !== HOST).map((stack) => stack.seconds);
  const share = summary.seconds / summary.stacks;
  row(`${label} (s; s for each stack)`, `${summary.seconds.toFixed(1)}; ${share.toFixed(2)}`);
  row("  an organization's stack from begin to end (s, median)", median(each).toFixed(1));
}

const HOST = "consortium";

interface Folder {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Creates a project folder with a stack file for the consortium and for each organization. */
async function makeFolder(name: string, count: number): Promise<Folder> {
  const { directory: base, environment } = await workbench();
  const directory = join(base, name);
  mkdirSync(join(directory, "state"), { recursive: true });
  for (const file of ["program.cjs", "package.json", "node_modules", "charts"]) {
    symlinkSync(join(root, file), join(directory, file));
  }
  copyFileSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));

  const { authority, orchestrator, organizations } = consortium(name, members(count));
  const stackOf = (mspId: string) => `org-${mspId.replace(/\D/g, "")}`;
  const write = (stack: string, sections: Record<string, unknown>) => {
    const config = Object.entries(sections).map(([key, value]) => [`countersign:${key}`, value]);
    writeFileSync(
      join(directory, `Pulumi.${stack}.yaml`),
      stringify({ config: Object.fromEntries(config) as object }),
    );
  };
  const fullName = (stack: string) => `organization/countersign/${stack}`;
  const enrollments = Object.entries(organizations).map(([mspId, { hostname }]) => [
    mspId,
    { request: { stack: fullName(stackOf(mspId)) }, commonName: hostname },
  ]);
  write(HOST, { authority, orchestrator, enrollments: Object.fromEntries(enrollments) as object });
  for (const [mspId, organization] of Object.entries(organizations)) {
    const signedBy = { stack: fullName(HOST), trust: ["first-use"] };
    const own = { ...organization, orchestrator: { sameCluster: true }, signedBy };
    write(stackOf(mspId), { organizations: { [mspId]: own } });
  }
  return {
    directory,
    environment: {
      ...environment,
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "measured",
    },
  };
}

async function fleet({ directory, environment }: Folder, parallel: number): Promise<Report> {
  const args = ["fleet", "up", "--directory", directory, "--parallel", String(parallel), "--json"];
  const { stdout } = await run(process.execPath, [join(root, "cli", "countersign.cjs"), ...args], {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 26,
  });
  const report = JSON.parse(stdout) as Report;
  if (report.summary.done !== report.summary.stacks) throw new Error(stdout);
  return report;
}

/** Deletes the namespaces, so that the cluster's content does not grow from one measurement to the next. */
async function removeNamespaces(prefix: string): Promise<void> {
  const { controlPlane } = await workbench();
  const { pki } = layoutOf(controlPlane.directory);
  await withApi(controlPlane.server, pkiFiles(pki), async (api) => {
    for (const name of await namespacesOf(prefix)) await api.delete(`/api/v1/namespaces/${name}`);
  });
  while ((await namespacesOf(prefix)).length > 0) await sleep(500);
}
