import assert from "node:assert/strict";
import type { TestStack } from "./stack";

/** What marks an encrypted value in an exported state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The secrets of a stack, to be looked for where they may not be. */
export class StackSecrets {
  private constructor(
    /** Pieces of text, each of which would give a secret away, by the secret's name. */
    private readonly traces: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** Every private key and password that the stack's state holds. */
  static async of(stack: TestStack): Promise<StackSecrets> {
    const traces = new Map<string, string[]>();
    const { resources } = await stack.decryptedState();
    for (const { urn, type, outputs } of resources) {
      if (!/:(PrivateKey|RandomPassword)$/.test(type)) continue;
      // OpenSSH's form of a private key has the public one within.
      const { publicKeyOpenssh = "" } = outputs as { publicKeyOpenssh?: string };
      for (const [property, value] of Object.entries(outputs)) {
        const text = plaintextOf(value);
        if (text === undefined) continue;
        const secret = tracesOf(text).filter((trace) => !publicKeyOpenssh.includes(trace));
        traces.set(`${urn.slice(urn.lastIndexOf("::") + 2)}.${property}`, secret);
      }
    }
    return new StackSecrets(traces);
  }

  get names(): readonly string[] {
    return [...this.traces.keys()].sort();
  }

  /** Names of the secrets that a text gives away. */
  foundIn(text: string): string[] {
    return this.names.filter((name) =>
      this.traces.get(name)?.some((trace) => text.includes(trace)),
    );
  }

  assertNoneIn(text: string): void {
    assert.ok(text.length > 0, "there is nothing to look into");
    assert.deepEqual(this.foundIn(text), []);
  }
}

/** The text of a secret in an exported state; undefined if it is none. */
export function plaintextOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !(SIGNATURE in value)) return undefined;
  const { plaintext } = value as unknown as { plaintext: string };
  const content = JSON.parse(plaintext) as unknown;
  return typeof content === "string" ? content : undefined;
}

/** Pieces of a secret's text, each of which would give it away: itself or, for a PEM, its lines; also as a Kubernetes Secret has it, which is base64 once more. */
export function tracesOf(secret: string): string[] {
  const encoded = Buffer.from(secret).toString("base64");
  if (!secret.startsWith("-----BEGIN ")) return [secret, encoded.replace(/=+$/, "")];
  // The first line of a PEM is the same in all of them, and of OpenSSH's form the next one too.
  const content = secret.split("\n").slice(secret.includes("OPENSSH") ? 2 : 1);
  const lines = content.filter((line) => line.length >= 48 && !line.includes("-----"));
  return [...lines, encoded.slice(80, 160)];
}
