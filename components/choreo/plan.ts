import { createHash } from "node:crypto";
import { readCertificate } from "../../x509";
import { entriesOf, type Entry } from "./entries";
import type { Component } from "./project";

/** What a person has to enter into the console. It is public: of a key there is the hash alone. */
export interface PlanRow extends Entry {
  readonly component: string;
  /** Of the content, hex: the same as long as nothing has to be entered anew. */
  readonly sha256: string;
  /** End of the certificate's life, RFC 3339. */
  readonly notAfter?: string;
}

/** What the rows are made of. The hash of a key tells nothing of it: a key is random throughout. */
export interface Contents {
  /** PEM; undefined as long as there is none. */
  readonly certificate: string | undefined;
  /** PEM bundle of the CA's generations. */
  readonly ca: string;
  /** Of the key's PEM; undefined if the component has none. */
  readonly keySha256: string | undefined;
}

/** The rows of one component. */
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
