import type { PodFile } from "./cluster/pod-files";
import { PemError, readCertificates } from "../x509";
import type { HeldCertificates } from "./published-keys";

/** A file with trusted certificates. */
export interface TrustFile extends HeldCertificates {
  /** Reason why it cannot be read, as a sentence; undefined if it can. */
  readonly unreadable: string | undefined;
}

/** Reads a file with trusted certificates. @param what e.g. `the CA file`. */
export function readTrustFile({ content, origin }: PodFile, what: string): TrustFile {
  const where = `${what} in ${origin}`;
  try {
    const certificates = readCertificates(content.toString("utf8"), where);
    return { what: where, certificates, unreadable: undefined };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    return { what: where, certificates: [], unreadable: error.message };
  }
}
