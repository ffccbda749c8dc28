import { parse } from "yaml";
import { z } from "zod";
import type { Backend } from "../../../components/choreo-connect/gateway";
import { INDEX } from "../../../components/choreo-connect/trust";
import { quote, readCertificates } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { checkPublishedKeys, readTrustFile, trustFileProblems } from "../../../verify/trust-checks";
import type { Files } from "./backend-view";
import type { Surroundings } from "./surroundings";

const index = z.object({
  type: z.literal("endpoint_certificates"),
  data: z.array(z.object({ endpoint: z.string(), certificate: z.string() })),
});

type Entry = z.output<typeof index>["data"][number];

/** CAs that the router trusts for each endpoint of an API, as PEM by URL. */
export type EndpointCas = ReadonlyMap<string, string>;

/**
 * Checks a folder of endpoint certificates: the endpoint of each, and that they are the CAs of the backend.
 *
 * @param backends backends that the API calls, and that it brings certificates for.
 */
export function checkApi(
  files: Files,
  origin: string,
  backends: readonly Backend[],
  list: Checklist,
  todo: string,
  surroundings: Surroundings,
): EndpointCas {
  const entries = readIndex(files, origin);
  if (typeof entries === "string") {
    list.fail("endpoint-certificates", entries, todo);
    return new Map();
  }
  const wanted = backends.flatMap(({ endpoints }) => endpoints.map(({ url }) => url));
  list.judge(
    "endpoint-certificates",
    [
      ...endpointProblems(entries, wanted).map((each) => `${origin}: ${INDEX} ${each}.`),
      ...fileProblems(entries, files).map((each) => `${origin}: ${each}.`),
    ],
    `${INDEX} names ${wanted.length === 1 ? "its endpoint" : `its ${wanted.length} endpoints`} as the API does, and every certificate in its folder`,
    todo,
  );
  checkTrust(files, entries, backends, list, todo, surroundings);
  return new Map(
    entries.flatMap(({ endpoint, certificate }) => {
      const file = files.get(certificate);
      return file === undefined ? [] : [[endpoint, file.content.toString("utf8")] as const];
    }),
  );
}

/** @returns the entries, or a sentence that says why they cannot be read. */
function readIndex(files: Files, origin: string): readonly Entry[] | string {
  const file = files.get(INDEX);
  if (file === undefined) {
    return `${origin} has no ${INDEX}: no certificate would be assigned to an endpoint.`;
  }
  let content: unknown;
  try {
    content = parse(file.content.toString("utf8"), { logLevel: "error" });
  } catch {
    return `${origin}: ${INDEX} is not YAML.`;
  }
  const parsed = index.safeParse(content);
  if (parsed.success) return parsed.data.data;
  const [issue] = parsed.error.issues;
  return `${origin}: ${INDEX} does not have the form that the adapter reads (${quote(issue?.path.join(".") ?? "")}).`;
}

/** Finds URLs that differ: the adapter compares every byte (see Endpoint.url), so they would have no certificate. */
function endpointProblems(entries: readonly Entry[], wanted: readonly string[]): string[] {
  const listed = entries.map(({ endpoint }) => endpoint);
  const more = [...new Set(listed.filter((url) => !wanted.includes(url)))];
  const less = wanted.filter((url) => !listed.includes(url));
  const twice = [...new Set(listed.filter((url, position) => listed.indexOf(url) < position))];
  return [
    ...less.map((url) => {
      const near = more.find((other) => isNear(url, other));
      return near === undefined
        ? `has no entry for ${quote(url)}`
        : `has ${quote(near)}, but the API has ${quote(url)}: the adapter compares every character`;
    }),
    ...more
      .filter((url) => !less.some((each) => isNear(each, url)))
      .map((url) => `names ${quote(url)}, which is not an endpoint of its backends`),
    ...twice.map((url) => `names ${quote(url)} more than once`),
  ];
}

/** Whether URLs are the same except for case, a slash at the end, or the default port. */
function isNear(one: string, other: string): boolean {
  const simple = (url: string) =>
    url
      .trim()
      .toLowerCase()
      .replace(/:443(?=\/|$)/, "")
      .replace(/\/+$/, "");
  return simple(one) === simple(other);
}

/**
 * Finds problems with files: a file that is not named is trusted for the whole API, and the adapter forgets a file once
 * it has used it for an endpoint (see endpointCertificates).
 */
function fileProblems(entries: readonly Entry[], files: Files): string[] {
  const all = entries.map(({ certificate }) => certificate);
  const named = new Set(all);
  const shared = [...named].filter((name) => all.indexOf(name) !== all.lastIndexOf(name));
  const unnamed = [...files.keys()].filter(
    (name) => /\.(pem|crt|cer)$/.test(name) && !named.has(name),
  );
  return [
    ...[...named]
      .filter((name) => !files.has(name))
      .map((name) => `there is no ${quote(name)}, which ${INDEX} names`),
    ...shared.map(
      (name) =>
        `${INDEX} has ${quote(name)} for several endpoints: the adapter uses a file only for the first, and the others have none`,
    ),
    ...unnamed.map(
      (name) =>
        `${quote(name)} is not named in ${INDEX}: the adapter trusts it for every endpoint of the API`,
    ),
  ];
}

function checkTrust(
  files: Files,
  entries: readonly Entry[],
  backends: readonly Backend[],
  list: Checklist,
  todo: string,
  { cas }: Surroundings,
): void {
  const problems = backends.flatMap((backend) => {
    const urls = backend.endpoints.map(({ url }) => url);
    const own = entries.filter(({ endpoint }) => urls.includes(endpoint));
    const { certificate } = backend;
    const expected =
      certificate.kind === "issued" ? cas : readCertificates(certificate.certificates);
    return [...new Set(own.map(({ certificate }) => certificate))].flatMap((name) => {
      const content = files.get(name);
      if (content === undefined) return [];
      const file = readTrustFile(content, `${name}, for backend ${backend.name},`);
      checkPublishedKeys(list, file);
      return trustFileProblems(file, expected, "nobody else");
    });
  });
  list.judge(
    "trust-store",
    [...new Set(problems)],
    `the router trusts the CAs of ${backends.map(({ name }) => name).join(", ")}, each for its endpoints`,
    todo,
  );
}
