import { createPrivateKey } from "node:crypto";

/** Private keys to search for in files. */
export class PrivateKeys {
  /** Pieces of the forms in which a key is written; each of them would reveal it. */
  private readonly traces = new Map<string, readonly Buffer[]>();
  private readonly pems: string[] = [];

  /** Number of keys. A key in several forms, such as PKCS#8 and PKCS#1, counts once. */
  get size(): number {
    return this.traces.size;
  }

  /**
   * Adds every private key in a text, such as a state with unencrypted secrets (`pulumi stack export --show-secrets`),
   * in which line breaks may be those of JSON within JSON.
   */
  addFrom(text: string): this {
    // OpenSSH's own form is skipped: it always comes with another form of the same key.
    const pems = text.matchAll(
      /-----BEGIN ((?:EC |RSA )?)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/g,
    );
    for (const [found] of pems) this.add(found.replace(/(\\+[rn])+/g, "\n"));
    return this;
  }

  add(pem: string): void {
    const key = createPrivateKey(pem);
    const { d = "" } = key.export({ format: "jwk" });
    if (this.traces.has(d)) return;
    this.pems.push(pem);
    const secret = Buffer.from(d, "base64url");
    const types = { ec: "sec1", rsa: "pkcs1" } as const;
    const own = types[key.asymmetricKeyType as keyof typeof types] as "sec1" | "pkcs1" | undefined;
    const ders = [
      key.export({ format: "der", type: "pkcs8" }),
      ...(own === undefined ? [] : [key.export({ format: "der", type: own })]),
    ];
    // A piece from the middle, since encoders may remove or add leading zeros.
    const middle = secret.subarray(secret.length / 4, secret.length / 4 + 12);
    this.traces.set(d, [
      middle,
      ...[middle.toString("hex"), middle.toString("hex").toUpperCase()].map((hex) =>
        Buffer.from(hex),
      ),
      ...inBase64(middle).map((text) => Buffer.from(text)),
      ...ders.flatMap((der) => linesWith(secret, der).flatMap(alsoInBase64)),
    ]);
  }

  /** Returns a text with a key in it, for a file that must be found. */
  sample(): string {
    const [first] = this.pems;
    if (first === undefined) throw new Error("there is no key to look for");
    return JSON.stringify({ data: { "tls.key": Buffer.from(first).toString("base64") } });
  }

  /** Returns how many of the keys a file reveals. */
  foundIn(content: Buffer): number {
    const found = [...this.traces.values()].filter((traces) =>
      traces.some((trace) => content.includes(trace)),
    );
    return found.length;
  }
}

const PEM_BYTES = 48;

/**
 * Returns the lines of a PEM that contain at least 12 bytes of the secret. They are searched for one by one, whatever
 * is between them.
 */
function linesWith(secret: Buffer, der: Buffer): string[] {
  const begin = der.indexOf(secret);
  const lines: string[] = [];
  for (let at = 0; at < der.length; at += PEM_BYTES) {
    const from = Math.max(at, begin);
    const to = Math.min(at + PEM_BYTES, begin + secret.length);
    if (begin >= 0 && to - from >= 12)
      lines.push(der.subarray(at, at + PEM_BYTES).toString("base64"));
  }
  return lines;
}

function alsoInBase64(line: string): Buffer[] {
  return [line, ...inBase64(Buffer.from(line))].map((text) => Buffer.from(text));
}

/** Returns how bytes look within the base64 of something longer, for each of the three possible alignments. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The first and the last characters also depend on the adjacent bytes.
    const sure = text.slice(before === 0 ? 0 : before + 1, -1);
    return [sure, sure.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
