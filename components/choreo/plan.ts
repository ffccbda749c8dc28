import { createHash } from "node:crypto";
import { readCertificate } from "../../x509";
import { entriesOf, type Entry } from "./entries";
import type { Component } from "./project";

/** A row for people to enter into the console. It is public: of a key it contains only the hash. */
export interface PlanRow extends Entry {
  readonly component: string;
  /** SHA-256 of the content, hex. While it stays the same, nothing must be entered again. */
  readonly sha256: string;
  /** Expiry of the certificate, RFC 3339. */
  readonly notAfter?: string;
}

/** Contents of the rows. The hash of a key reveals nothing of it, as keys are random. */
export interface Contents {
  /** The certificate in PEM; undefined until there is one. */
  readonly certificate: string | undefined;
  /** PEM bundle of the CA's generations. */
  readonly ca: string;
  /** SHA-256 of the key's PEM; undefined if the component has no key. */
  readonly keySha256: string | undefined;
}

/** Creates the rows of one component. */
export function planOf(component: Component, contents: Contents): PlanRow[] {
  return entriesOf(component).flatMap((entry) => {
    const sha256 = hashOf(entry, contents);
    if (sha256 === undefined) return [];
    const { certificate } = contents;
    return [
      {
        component: component.name,
        ...entry,
        sha256,
        ...(entry.holds === "certificate" &&
          certificate !== undefined && {
            notAfter: readCertificate(certificate).notAfter.toISOString(),
          }),
      },
    ];
  });
}

function hashOf({ holds, value }: Entry, contents: Contents): string | undefined {
  if (holds === "key") return contents.keySha256;
  const content = holds === "path" || holds === "url" ? value : contents[holds];
  return content === undefined ? undefined : sha256Of(content);
}

export function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
