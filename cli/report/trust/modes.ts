import type { Leaf } from "./leaves";
import type { Peer } from "./parties";

/** A server's mode, which decides what a connection needs. A server without a stated mode requires certificates. */
type Server = Pick<Peer, "serves">;

export function speaksTls({ serves }: Server): boolean {
  return serves !== "plain";
}

/** Whether it checks a certificate that a caller shows. */
export function checksCallers({ serves }: Server): boolean {
  return serves !== "plain" && serves !== "tls";
}

/** Whether it refuses a caller without a certificate. */
export function requiresCertificate({ serves }: Server): boolean {
  return serves === undefined || serves === "mutual-tls";
}

/** The certificate that a party shows to the servers that it dials; undefined if it shows none. */
export function shownBy(client: Peer | undefined): Leaf | undefined {
  return client?.shows ? client.presents : undefined;
}
