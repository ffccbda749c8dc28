import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { requestOf, type Admission } from "../../enrollment/documents";
import { FILES, readPublicFile } from "../../enrollment/files";
import { readCertificate, readCertificateRequest } from "../../x509";
import { CannotCheck } from "../../command/failure";
import type { FileExchange } from "../../command/file-exchange";

/** Outputs of the party's own stack. */
export interface OwnOutputs {
  readonly origin: string;
  readonly content: unknown;
}

/** Compares the certificate with the request that it should answer. */
export function compareKey(
  { certificate }: Pick<Admission, "certificate">,
  party: string,
  system: FileExchange,
  directory: string,
  project: string,
  outputs: OwnOutputs | undefined,
): { readonly problems: readonly string[]; readonly warnings: readonly string[] } {
  const { publicKeyFingerprint: key } = readCertificate(certificate);
  const asked = ownRequest(party, system, directory, project, outputs);
  if (asked === undefined) {
    const path = join(directory, FILES.request);
    return {
      problems: [],
      warnings: [
        `the key was not compared: there is no ${path}; give --outputs FILE (\`pulumi stack output --json\`), or let \`pulumi up\` compare it`,
      ],
    };
  }
  if (asked.key === key) return { problems: [], warnings: [] };
  const place = resolve(project, directory, FILES.certificate);
  if (existsSync(place) && readCertificate(readPublicFile(place)).publicKeyFingerprint === key) {
    const warning = `it is for the key of the certificate that is in use, not for that of ${asked.origin}`;
    return { problems: [], warnings: [warning] };
  }
  const problem = `it is for the key ${key}, but ${asked.origin} is for ${asked.key}: it answers another request`;
  return { problems: [problem], warnings: [] };
}

function ownRequest(
  party: string,
  { form, words: { prefix } }: FileExchange,
  directory: string,
  project: string,
  outputs: OwnOutputs | undefined,
): { readonly origin: string; readonly key: string } | undefined {
  if (outputs !== undefined) {
    const { origin } = outputs;
    const content = (outputs.content as Readonly<Record<string, unknown>> | null)?.[
      form.requestsOutput
    ];
    const received = requestOf(content, party, origin, form, party.slice(prefix.length));
    if (received.kind === "missing") throw new CannotCheck(received.reason);
    const what = `the request of ${party} from ${origin}`;
    const { publicKeyFingerprint } = readCertificateRequest(received.value.request, what);
    return { origin: what, key: publicKeyFingerprint };
  }
  const path = join(directory, FILES.request);
  const place = resolve(project, path);
  if (!existsSync(place)) return undefined;
  const { publicKeyFingerprint } = readCertificateRequest(readPublicFile(place), path);
  return { origin: path, key: publicKeyFingerprint };
}
