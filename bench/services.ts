import { kubectl } from "../test/integration/kubectl";
import { FleetFolder } from "../test/integration/fleet-folder";
import { TestStack, type Sections } from "../test/integration/stack";
import { nearlyExpire } from "../test/integration/time";
import type { Report } from "../cli/fleet/report/report";
import { measured, median, row, seconds } from "./figures";
import { SERVICES_NAMESPACE, measureOpenTofu } from "./peers";

/** Numbers of services in one stack, and of stacks under one CA with as many services in all. */
interface Sizes {
  readonly single: readonly number[];
  readonly stacks: number;
  readonly each: number;
}

const SIZES: Sizes = { single: [10, 100, 300], stacks: 6, each: 50 };
/** With `COUNTERSIGN_SMALL=1`: only to see that the measurement works. */
const SMALL: Sizes = { single: [10], stacks: 2, each: 5 };

/** The stack that signs. */
const CA = "ca";
/** Stacks at a time. */
const AT_ONCE = 2;

const AUTHORITY = {
  subject: { commonName: "Bench CA" },
  generations: { g1: { state: "signing" } },
};

/** Measures many services in one stack, and as many in several stacks under one CA, run by `countersign fleet`. */
export async function measureServices(): Promise<void> {
  const { single, stacks, each } = process.env.COUNTERSIGN_SMALL === "1" ? SMALL : SIZES;
  await kubectl(["create", "namespace", SERVICES_NAMESPACE]).catch(() => undefined);
  const applied = new Map<number, number | undefined>();
  for (const size of single) applied.set(size, await measureOneStack(size));
  const first = await measureStacks(stacks, each);
  const apply = applied.get(stacks * each);
  if (apply !== undefined)
    row("  first up, in times of OpenTofu's one state", (first / apply).toFixed(2));
}

/** Returns services that are servers, with the shortest section. */
function servicesOf(prefix: string, size: number): Sections {
  const names = Array.from({ length: size }, (_, position) => `${prefix}-${position + 1}`);
  const service = {
    namespace: SERVICES_NAMESPACE,
    server: { clients: "required" },
    reloads: true,
  };
  return Object.fromEntries(names.map((name) => [name, service]));
}

/** @returns the seconds of OpenTofu's apply of as many, if it is there. */
async function measureOneStack(size: number): Promise<number | undefined> {
  const label = `${size} services in one stack`;
  const prefix = `one-${size}`;
  const sections = { authority: AUTHORITY, services: servicesOf(prefix, size) };
  const stack = await TestStack.create(`bench-${prefix}`, sections, { apart: true });
  const own = await measured(label, stack, size);
  await nearlyExpire(stack, `service-${prefix}-1-certificate`);
  row(`${label}: renewal of one (s)`, (await seconds(() => stack.up())).toFixed(1));
  const peer = await measureOpenTofu(size);
  if (peer !== undefined) {
    row(`${label}: first up, in times of OpenTofu's apply`, (own.up / peer.apply).toFixed(2));
    row(`${label}: preview, in times of its plan`, (own.preview / peer.plan).toFixed(2));
  }
  await stack.destroy();
  return peer?.apply;
}

/**
 * Measures stacks whose services one more stack signs for.
 *
 * @returns the seconds of their first `up`.
 */
async function measureStacks(stacks: number, each: number): Promise<number> {
  const label = `${stacks * each} services in ${stacks} stacks under one CA`;
  const fullName = (stack: string) => `organization/countersign/${stack}`;
  const members = Array.from({ length: stacks }, (_, position) => `team-${position + 1}`);
  const groups = members.map((name) => {
    const services = Object.keys(servicesOf(name, each)).map((service) => [service, {}]);
    const group = {
      requests: { stack: fullName(name) },
      namespace: SERVICES_NAMESPACE,
      role: "server",
      services: Object.fromEntries(services) as object,
    };
    return [name, group] as const;
  });
  const folder = await FleetFolder.ofStacks(
    "bench-teams",
    new Map<string, Sections>([
      [CA, { authority: AUTHORITY, serviceEnrollments: Object.fromEntries(groups) }],
      ...members.map((name): [string, Sections] => [
        name,
        {
          servicesSignedBy: { stack: fullName(CA), trust: ["first-use"] },
          services: {
            ...Object.fromEntries(
              Object.entries(servicesOf(name, each)).map(([service, section]) => [
                service,
                // Each stack has its own objects in the namespace.
                { ...(section as object), files: { ca: { name: `${name}-ca` } } },
              ]),
            ),
          },
        },
      ]),
    ]),
  );
  try {
    const up = () => fleet(folder, "up", "--parallel", String(AT_ONCE));
    const begun = Date.now();
    const { stacks: all } = await up();
    const first = (Date.now() - begun) / 1000;
    row(`${label}: first up (s)`, first.toFixed(1));
    const [ca, teams] = [
      all.filter(({ stack }) => stack === CA),
      all.filter(({ stack }) => stack !== CA),
    ];
    const passes = [medianOf(teams, "request"), medianOf(ca, "deploy"), medianOf(teams, "deploy")];
    row("  request, sign, deploy: one stack (s, median)", passes.join("; "));
    row("  again, no change (s)", (await seconds(up)).toFixed(1));
    row("  preview of all (s)", (await seconds(() => fleet(folder, "preview"))).toFixed(1));
    const kilobytes = (stack: string) => (folder.state(stack)?.length ?? 0) / 1000;
    const own = members.reduce((sum, name) => sum + kilobytes(name), 0) / (stacks * each);
    const signer = kilobytes(CA) / (stacks * each);
    row("  state (KB) each, in its stack; in the CA's", `${own.toFixed(1)}; ${signer.toFixed(1)}`);
    return first;
  } finally {
    await folder.files.end();
  }
}

function medianOf(stacks: Report["stacks"], wanted: string): string {
  const passes = stacks.flatMap(({ passes }) => passes.filter(({ pass }) => pass === wanted));
  return median(passes.map((pass) => pass.seconds)).toFixed(1);
}

/** Runs `countersign fleet` as users do: each program in a process of its own. */
async function fleet(folder: FleetFolder, ...args: readonly string[]): Promise<Report> {
  const ended = await folder.start(...args, "--json").ended;
  if (!ended.stdout.startsWith("{")) throw new Error(ended.stderr);
  const report = JSON.parse(ended.stdout) as Report;
  const { summary } = report;
  if (ended.status !== 0 || summary.done !== summary.stacks) throw new Error(ended.stdout);
  return report;
}
