import { quote } from "../../x509";

/**
 * Longest MSP ID in kebab case. The orchestrator chart 8.8.0 names a volume `orchestrator-tls-client-cacert-<kebab>`,
 * and the name of a volume is a DNS label of at most 63 characters (RFC 1123).
 */
export const MAX_KEBAB_LENGTH = 63 - "orchestrator-tls-client-cacert-".length;

/**
 * Checks one Substra MSP ID: the name of an organization, which must be the O of its client certificate, its backend's
 * `orchestrator.mspID`, a member of a channel and a key of `clientCACerts` at the same time. The orchestrator chart
 * 8.8.0 derives a volume name and a directory from that key, so fewer characters are allowed than in a subject.
 *
 * @returns the problem and what is allowed, or undefined if there is no problem.
 */
export function mspIdProblem(mspId: string): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(mspId)) {
    return `MSP ID ${quote(mspId)} may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it`;
  }
  const kebab = kebabCase(mspId);
  if (kebab.length > MAX_KEBAB_LENGTH) {
    return `MSP ID "${mspId}" is too long: the orchestrator chart writes it as "${kebab}", ${kebab.length} characters, and has room for ${MAX_KEBAB_LENGTH}`;
  }
  if (kebab.startsWith("-") || kebab.endsWith("-")) {
    return `MSP ID "${mspId}" may not begin or end with a hyphen: Kubernetes names do not`;
  }
  return undefined;
}

/**
 * Checks MSP IDs against each other: the chart derives the same volume name from two that differ only in case or
 * hyphens, and the API server refuses that.
 *
 * @returns each MSP ID that collides, with a message naming the other.
 */
export function mspIdCollisions(mspIds: readonly string[]): Map<string, string> {
  const firstByKebab = new Map<string, string>();
  const collisions = new Map<string, string>();
  for (const mspId of mspIds) {
    const kebab = kebabCase(mspId);
    const first = firstByKebab.get(kebab);
    if (first === undefined) {
      firstByKebab.set(kebab, mspId);
    } else {
      collisions.set(
        mspId,
        `MSP IDs "${first}" and "${mspId}" are both "${kebab}" to the orchestrator chart; rename one of them`,
      );
    }
  }
  return collisions;
}

type Kind = "connector" | "number" | "lower" | "capital" | "end";

/** A sequence of hyphens, of digits, of capitals (except the last one if it begins a word), or a word. */
const TOKEN = /-+|\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

function kindOf(token: string | undefined): Kind {
  if (token === undefined) return "end";
  if (token.startsWith("-")) return "connector";
  if (/^\d/.test(token)) return "number";
  return /^[A-Z]/.test(token) ? "capital" : "lower";
}

/**
 * Converts a string of ASCII letters, digits and hyphens as the charts' `kebabcase` does.
 *
 * Helm's function is sprig's, which is ToKebabCase of huandu/xstrings. It treats digits in its own way: they end the
 * word before them (`MyOrg1MSP` becomes `my-org1-msp`), unless lower-case letters follow, which then form a word with
 * them (`Org2go` becomes `org-2go`). Two MSP IDs with the same result are one volume to the chart, so the rule must be
 * exactly the same; test/interop compares it with Helm's.
 */
export function kebabCase(text: string): string {
  const tokens = text.match(TOKEN) ?? [];
  let result = "";
  let position = 0;
  const next = () => kindOf(tokens[position]);
  const take = () => (result += (tokens[position++] ?? "").toLowerCase());

  const takeNumber = () => {
    take();
    while (next() === "lower" || next() === "number") take();
    if (next() === "capital") result += "-";
  };

  while (next() !== "end") {
    if (next() === "connector") {
      take();
    } else if (next() === "number") {
      takeNumber();
    } else {
      take();
      if (next() === "number") {
        if (kindOf(tokens[position + 1]) === "lower") {
          result += "-";
          takeNumber();
          continue;
        }
        take();
      }
      if (next() === "capital" || next() === "lower") result += "-";
    }
  }
  return result;
}
