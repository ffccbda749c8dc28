import { CLIENT_POLICIES, type ClientPolicy } from "./client-policy";
import { CA_FILES, KEY_FILES, type ServiceFiles } from "./files";

/**
 * References in chart values, such as `<countersign:keys>`, which become the names of a service's objects.
 *
 * The brackets are not those of Helm (`{{ }}`), of the shell and Pulumi (`${ }`), of Kubernetes' variables (`$( )`) or
 * of TOML (`[[ ]]`), and a plain YAML value may begin with them, so that a reference needs no quotes. The word
 * `countersign` makes sure that no other text is taken for one. A value may contain several.
 */
const REFERENCE = /<countersign:([^<>\n]*)>/g;

/** Values of a service's references. Names of objects are known only once these exist. */
interface ReferenceValues {
  /** Name of the Secret with the certificate and the key. */
  readonly keys: string;
  /** Name of the object with the CAs. */
  readonly ca: string;
  /** Digest of the content, for an annotation of pods that must roll when it changes. */
  readonly digest: string;
}

/** Facts on which references depend that are known from the start. */
export interface ReferenceContext {
  readonly files: ServiceFiles;
  /** Undefined if the service is no server. */
  readonly clients: ClientPolicy | undefined;
}

/** Returns all references in a tree of values, in the order in which they appear, each once. */
export function referencesIn(value: unknown): string[] {
  const found = textsIn(value).flatMap((text) =>
    [...text.matchAll(REFERENCE)].map(([, reference = ""]) => reference),
  );
  return [...new Set(found)];
}

/** Describes why a reference has no value, as the end of a sentence about it; undefined if it has one. */
export function referenceProblem(reference: string, context: ReferenceContext): string | undefined {
  const { files, clients } = context;
  const [object = "", file] = reference.split(".", 2);
  if (reference.startsWith(CLIENTS)) return clientsProblem(reference, clients);
  if (reference === "digest" || reference === "keys" || reference === "ca") return undefined;
  if (file !== undefined && (object === "keys" || object === "ca")) {
    const { form, names } = files[object];
    if (file in names) return undefined;
    const has = Object.keys(names);
    const instead =
      has.length === 0
        ? "its files are named after the CAs"
        : `it has ${has.map((each) => `<countersign:${object}.${each}>`).join(" and ")}`;
    return isFile(object, file)
      ? `is a file that the form ${form} does not have; ${instead}`
      : `is not a file; ${instead}`;
  }
  return `is not known; there are ${KNOWN}`;
}

const KNOWN = [
  "<countersign:keys>",
  "<countersign:keys.FILE>",
  "<countersign:ca>",
  "<countersign:ca.FILE>",
  "<countersign:digest>",
  "<countersign:clients:TLS|OPTIONAL|REQUIRED>",
].join(", ");

/** Replaces the references in a tree of values. Call it only for references without a problem. */
export function resolveReferences(
  value: unknown,
  context: ReferenceContext,
  values: ReferenceValues,
): unknown {
  if (typeof value === "string")
    return value.replace(REFERENCE, (_, reference: string) => valueOf(reference, context, values));
  if (Array.isArray(value)) return value.map((each) => resolveReferences(each, context, values));
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, resolveReferences(each, context, values)]),
  );
}

const CLIENTS = "clients:";

/** `clients:off|optional|on`: the word of the chart for the server's policy, in the order of the policies. */
function clientsProblem(reference: string, clients: ClientPolicy | undefined): string | undefined {
  const words = wordsOf(reference);
  if (words.length !== CLIENT_POLICIES.length || words.includes(""))
    return `must have three words, for ${CLIENT_POLICIES.join(", ")}, such as <countersign:clients:off|optional|on>`;
  return clients === undefined ? "is for a server, but the service has no `server`" : undefined;
}

function wordsOf(reference: string): string[] {
  return reference.slice(CLIENTS.length).split("|");
}

function valueOf(
  reference: string,
  { files, clients = "tls" }: ReferenceContext,
  values: ReferenceValues,
): string {
  if (reference.startsWith(CLIENTS))
    return wordsOf(reference)[CLIENT_POLICIES.indexOf(clients)] ?? "";
  if (reference === "keys" || reference === "ca" || reference === "digest")
    return values[reference];
  const [object, file = ""] = reference.split(".", 2);
  const names: Readonly<Record<string, string>> =
    object === "ca" ? files.ca.names : files.keys.names;
  return names[file] ?? "";
}

function isFile(object: "keys" | "ca", file: string): boolean {
  const known: readonly string[] = object === "keys" ? KEY_FILES : CA_FILES;
  return known.includes(file);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isPlainMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
