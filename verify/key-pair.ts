import type { PodFile } from "./cluster/pod-files";
import type { PemPair } from "./tls/handshake";

/** A key pair, and the object that it comes from. */
export interface KeyPair extends PemPair {
  readonly origin: string;
}

/** Returns the key pair in two files. */
export function pairOfFiles(certificate: PodFile, key: PodFile): KeyPair {
  const text = ({ content }: PodFile) => content.toString("utf8");
  return { certificate: text(certificate), key: text(key), origin: key.origin };
}
