import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { consortium, members } from "../test/integration/example";
import { kubectl } from "../test/integration/kubectl";
import { TestStack, type Sections } from "../test/integration/stack";
import { writeCertificateRequest } from "../x509";
import { measureCertManager, SERVICES_NAMESPACE, measureOpenTofu } from "./peers";
import { row, seconds, measured } from "./figures";

const run = promisify(execFile);
const SERVICES = 100;
const ENROLLMENTS = [100, 300, 1000];

const authority = {
  subject: { commonName: "Bench CA" },
  generations: { g1: { state: "signing" } },
};

/**
 * Measures services in one stack: a key, a request, a certificate, and the Secret with both. OpenTofu and cert-manager do the same work if
 * `COUNTERSIGN_PEERS` names a folder with their binaries.
 */
export async function measureBackends(): Promise<void> {
  await kubectl(["create", "namespace", SERVICES_NAMESPACE]);
  const names = Array.from({ length: SERVICES }, (_, position) => `service-${position + 1}`);
  const stack = await TestStack.create("bench-services", servicesOf(names), { apart: true });
  const label = `${SERVICES} services`;
  const first = await measured(label, stack, SERVICES);
  await compare(label, first);
  await stack.destroy();
}

/** Compares with OpenTofu and cert-manager, which do the same work. */
async function compare(
  label: string,
  { up, preview }: { readonly up: number; readonly preview: number },
): Promise<void> {
  const times = (ours: number, theirs: number) => (ours / theirs).toFixed(2);
  const tofu = await measureOpenTofu(SERVICES);
  if (tofu !== undefined) {
    const { apply, plan } = tofu;
    row(`${label}: OpenTofu, apply; plan (s)`, `${apply.toFixed(1)}; ${plan.toFixed(1)}`);
    row(`${label}: first up, in times of its apply`, times(up, apply));
    row(`${label}: preview, in times of its plan`, times(preview, plan));
  }
  const certManager = await measureCertManager(SERVICES);
  if (certManager !== undefined) {
    row(`${label}: cert-manager, until all are ready (s)`, certManager.toFixed(1));
    row(`${label}: first up, in times of that`, times(up, certManager));
  }
}

function servicesOf(names: readonly string[]): Sections {
  const backend = (name: string) => ({
    endpoints: [`https://${name}.${SERVICES_NAMESPACE}:8443`],
    namespace: SERVICES_NAMESPACE,
  });
  return {
    authority,
    choreoConnect: {
      target: { compose: {} },
      backends: Object.fromEntries(names.map((name) => [name, backend(name)])),
      apis: { "All-1.0.0": names },
    },
  };
}

/** Measures enrollments of organizations that exchange files with the consortium's stack. */
export async function measureEnrollments(): Promise<void> {
  const ups: { readonly size: number; readonly up: number }[] = [];
  for (const size of ENROLLMENTS) {
    const name = `bench-enroll-${size}`;
    const stack = await TestStack.create(name, {}, { apart: true });
    const mspIds = members(size);
    await stack.configure(enrolling(stack, mspIds));
    const label = `${size} enrollments`;
    const { up } = await measured(label, stack, size);
    ups.push({ size, up });
    if (size === ENROLLMENTS.at(-1)) {
      await measureOneMore(stack, mspIds);
    }
    await stack.destroy();
  }
  for (const [position, { size, up }] of ups.slice(1).entries()) {
    const smaller = ups[position];
    if (!smaller) continue;
    const exponent = Math.log(up / smaller.up) / Math.log(size / smaller.size);
    row(`from ${smaller.size} to ${size} enrollments: exponent`, exponent.toFixed(2));
  }
}

/** A consortium's stack that signs the requests of these organizations. */
function enrolling(stack: TestStack, mspIds: readonly string[]): Sections {
  const { authority: ca, orchestrator } = consortium(stack.name, mspIds);
  mkdirSync(join(stack.directory, "requests"), { recursive: true });
  const enrollments = Object.fromEntries(
    mspIds.map((mspId) => [mspId, { request: { file: requestOf(stack, mspId) } }]),
  );
  return { authority: ca, orchestrator, enrollments };
}

/** Returns the file with an organization's request, which is made once. */
function requestOf({ directory }: TestStack, mspId: string): string {
  const file = `requests/${mspId}.pem`;
  if (existsSync(join(directory, file))) return file;
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const request = writeCertificateRequest(
    privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    { organization: mspId, commonName: "backend", dnsNames: [], ipAddresses: [], uris: [] },
  );
  writeFileSync(join(directory, file), request);
  return file;
}

/** One more enrollment: what it changes, and how long the report on it takes. */
async function measureOneMore(stack: TestStack, mspIds: readonly string[]): Promise<void> {
  const size = mspIds.length;
  await stack.configure(enrolling(stack, members(size + 1)));
  const { stdout } = await stack.run(["preview", "--json", "--show-sames"]);
  const plan = join(stack.directory, "plan.json");
  writeFileSync(plan, stdout);
  const report = () =>
    run(process.execPath, [COMMAND, "report", "--preview", plan, "--output", "report.md"], {
      cwd: stack.directory,
      env: { ...process.env, ...stack.environment },
    });
  await report(); // warms caches
  row(`report on one more than ${size} (s)`, (await seconds(report)).toFixed(2));
  const { changes } = await stack.up();
  row(`one more than ${size}: changes`, changes.join(", "));
}

const COMMAND = resolve(__dirname, "..", "cli", "countersign.cjs");
