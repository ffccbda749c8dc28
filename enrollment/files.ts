import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LIMITS, UnreadableFile, readFileBytes } from "../host";
import { decodeText, holdsPrivateKey, mayHoldPrivateKey } from "../x509";
import { admissionInFiles, textsOfAdmission } from "./admission-files";
import { missing, type Admission, type AdmissionForm, type Received } from "./documents";

/** Files of one party, in its own directory, besides the one that its system names. */
export const FILES = {
  /** Its certificate signing request; from the party. */
  request: "request.pem",
  /** Its certificate; from the signing stack, like the next one. */
  certificate: "certificate.pem",
  /** The CA certificates to trust, the signing one first. */
  trust: "trust.pem",
} as const;

/**
 * Thrown for a file with a private key, which must not be among the files that are exchanged. The message names the
 * file and quotes nothing of it.
 */
export class PrivateKeyFound extends Error {
  override readonly name = "PrivateKeyFound";
  constructor(path: string) {
    super(
      `${path} holds a private key, which must never leave its owner's stack: delete it, also from the repository's history, and make a new key`,
    );
  }
}

/**
 * Reads a file that is exchanged between parties.
 *
 * @param within the folder that links must not lead out of. @default - links are followed: somebody named this very
 *   file
 * @throws PrivateKeyFound
 * @throws UnreadableFile if it is not a file, or is longer than any file that is exchanged.
 */
export function readPublicFile(path: string, within?: string): string {
  const bytes = readFileBytes(path, {
    limit: LIMITS.exchanged,
    ...(within !== undefined && { within }),
  });
  refusePrivateKey(bytes, path);
  return decodeText(bytes);
}

/**
 * Refuses private keys in any form, and key stores.
 *
 * @throws PrivateKeyFound
 */
export function refusePrivateKey(content: string | Uint8Array, path: string): void {
  if (mayHoldPrivateKey(Buffer.from(content))) throw new PrivateKeyFound(path);
}

/**
 * Reads the request in a file.
 *
 * @throws PrivateKeyFound
 * @throws UnreadableFile if there is something other than a file.
 */
export function requestInFile(path: string): Received<string> {
  try {
    return { kind: "here", value: readPublicFile(path) };
  } catch (error) {
    if (error instanceof UnreadableFile && error.isMissing) {
      return missing(`there is no file ${path} yet`);
    }
    throw error;
  }
}

/**
 * Reads the admission in a party's directory.
 *
 * @throws PrivateKeyFound
 * @throws UnreadableFile if there is something other than a file, or a link that leads out of the directory.
 * @throws Error if the files contradict each other, or one cannot be read.
 */
export function admissionInDirectory<A extends Admission>(
  directory: string,
  party: string,
  form: AdmissionForm<A>,
): Received<A> {
  const pathOf = (file: string) => join(directory, file);
  const absent = [FILES.certificate, FILES.trust, form.documentFile]
    .map(pathOf)
    .filter((path) => !existsSync(path));
  if (absent.length > 0) return missing(`there is no file ${absent.join(" and no file ")} yet`);
  const read = (file: string) => {
    const origin = pathOf(file);
    return { origin, text: readPublicFile(origin, directory) };
  };
  return admissionInFiles(
    {
      certificate: read(FILES.certificate),
      trust: read(FILES.trust),
      document: read(form.documentFile),
    },
    party,
    form,
  );
}

/** Files of an admission by name. The same admission gives the same bytes. */
export function filesOfAdmission(
  admission: Admission,
  form: AdmissionForm,
): Readonly<Record<string, string>> {
  const { certificate, trust, document } = textsOfAdmission(admission, form);
  return {
    [FILES.certificate]: certificate,
    [FILES.trust]: trust,
    [form.documentFile]: document,
  };
}

/**
 * Writes a file atomically.
 *
 * @throws PrivateKeyFound
 */
export function writePublicFile(path: string, text: string): void {
  if (holdsPrivateKey(text)) throw new PrivateKeyFound(path);
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
