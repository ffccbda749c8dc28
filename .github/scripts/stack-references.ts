import { posix } from "node:path";
import { z } from "zod";

// Whatever does not fit is left to the program, which says what is wrong with its key.
const text = z.string().optional().catch(undefined);
const chart = z.object({ path: text }).optional().catch(undefined);
const organization = z.object({
  chart,
  signedBy: z.object({ directory: text }).optional().catch(undefined),
  hostname: z.unknown().optional(),
  certificate: z.unknown().optional(),
});
const enrollment = z.object({
  request: z.object({ file: text }).optional().catch(undefined),
});
const organizations = z.record(z.string(), organization.catch({}));
const config = z.object({
  "countersign:orchestrator": z.object({ chart }).catch({}).default({}),
  "countersign:organizations": organizations.catch({}).default({}),
  "countersign:enrollments": z.record(z.string(), enrollment.catch({})).catch({}).default({}),
});
const stackFile = z.object({ config: config.catch(config.parse({})).default(config.parse({})) });

function sectionsOf(file: unknown) {
  return stackFile.catch(stackFile.parse({})).parse(file).config;
}

/**
 * The files and folders that a stack's configuration names: its charts, the requests and the certificates that come
 * as files.
 *
 * @param file the stack file's content.
 * @param directory the project's folder, from the repository's root; "" for the root itself.
 * @returns paths from the repository's root, without a slash at the end.
 */
export function referencesOf(file: unknown, directory: string): readonly string[] {
  const sections = sectionsOf(file);
  const paths = [
    sections["countersign:orchestrator"].chart?.path,
    ...Object.values(sections["countersign:organizations"]).flatMap((own) => [
      own.chart?.path,
      own.signedBy?.directory,
    ]),
    ...Object.values(sections["countersign:enrollments"]).map(({ request }) => request?.file),
  ];
  const fromRoot = paths
    .filter((path) => path !== undefined)
    .map((path) => posix.join(directory, path).replace(/\/+$/, ""));
  return [...new Set(fromRoot)];
}

/**
 * Whether the requests for certificates that a stack publishes may be others than before: an organization is new, or
 * what its request is made of has changed.
 *
 * @param before the stack file's content then; undefined if there was none.
 */
export function asksAnew(before: unknown, now: unknown): boolean {
  const was = sectionsOf(before)["countersign:organizations"];
  const is = sectionsOf(now)["countersign:organizations"];
  return Object.entries(is).some(([mspId, own]) => {
    const old = was[mspId];
    return old === undefined || facts(own) !== facts(old);
  });
}

function facts({ hostname, certificate }: z.infer<typeof organization>): string {
  return JSON.stringify([hostname, certificate]);
}
