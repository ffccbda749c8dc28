import assert from "node:assert/strict";
import type { StateResource, TestStack } from "./stack";

/** The key that marks an encrypted value in an exported state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The secrets of a stack, to be searched for in places where they must not be. */
export class StackSecrets {
  private constructor(
    /** Pieces of text, each of which would disclose a secret, by the secret's name. */
    private readonly traces: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** Returns every private key and password in the stack's state. */
  static async of(stack: TestStack): Promise<StackSecrets> {
    const traces = new Map<string, string[]>();
    const { resources } = await stack.decryptedState();
    for (const { urn, type, inputs, outputs } of resources) {
      const name = urn.slice(urn.lastIndexOf("::") + 2);
      for (const [key, text] of [...passwordsOf(type, inputs), ...valuesOf(type, inputs)]) {
        traces.set(`${name}.${key}`, tracesOf(text));
      }
      if (!/:(PrivateKey|RandomPassword)$/.test(type)) continue;
      // OpenSSH's private key format includes the public key.
      const { publicKeyOpenssh = "" } = outputs as { publicKeyOpenssh?: string };
      for (const [property, value] of Object.entries(outputs)) {
        const text = plaintextOf(value);
        if (text === undefined) continue;
        const secret = tracesOf(text).filter((trace) => !publicKeyOpenssh.includes(trace));
        traces.set(`${name}.${property}`, secret);
      }
    }
    return new StackSecrets(traces);
  }

  get names(): readonly string[] {
    return [...this.traces.keys()].sort();
  }

  /** Returns the names of the secrets that a text discloses. */
  foundIn(text: string): string[] {
    return this.names.filter((name) =>
      this.traces.get(name)?.some((trace) => text.includes(trace)),
    );
  }

  assertNoneIn(text: string): void {
    assert.ok(text.length > 0, "there is nothing to search");
    assert.deepEqual(this.foundIn(text), []);
  }
}

/** Passwords of databases in Secrets, which may be derived, so that no resource has them as an output. */
function passwordsOf(type: string, inputs: StateResource["inputs"]): [string, string][] {
  if (!type.endsWith(":Secret")) return [];
  const content = contentOf(inputs.data);
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content)
    .filter(([key]) => key === "DATABASE_PASSWORD")
    .map(([key, encoded]) => [key, Buffer.from(String(encoded), "base64").toString()]);
}

/** Secret values of a Helm release. */
function valuesOf(type: string, inputs: StateResource["inputs"]): [string, string][] {
  const secretsIn = (value: unknown, key: string): [string, string][] => {
    const text = plaintextOf(value);
    if (text !== undefined) return [[key, text]];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([inner, each]) => secretsIn(each, inner));
  };
  return type.endsWith(":Release") ? secretsIn(inputs.values, "values") : [];
}

/** Returns the text of a secret in an exported state; undefined if the value is not a secret text. */
export function plaintextOf(value: unknown): string | undefined {
  const content = contentOf(value);
  return typeof content === "string" ? content : undefined;
}

/** Returns the content of a secret in an exported state; undefined if the value is not a secret. */
function contentOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(SIGNATURE in value)) return undefined;
  const { plaintext } = value as unknown as { plaintext: string };
  return JSON.parse(plaintext);
}

/**
 * Returns pieces of text, each of which would disclose a secret: the secret itself or, for a PEM, its lines; also in
 * the form of a Kubernetes Secret, which encodes it in base64 again.
 */
export function tracesOf(secret: string): string[] {
  const encoded = Buffer.from(secret).toString("base64");
  if (!secret.startsWith("-----BEGIN ")) return [secret, encoded.replace(/=+$/, "")];
  // The first line is the same in all PEMs, and so is the next one in OpenSSH's format.
  const content = secret.split("\n").slice(secret.includes("OPENSSH") ? 2 : 1);
  const lines = content.filter((line) => line.length >= 48 && !line.includes("-----"));
  return [...lines, encoded.slice(80, 160)];
}
