import { isIP } from "node:net";
import {
  TLSSocket,
  checkServerIdentity,
  connect,
  type ConnectionOptions,
  type SecureVersion,
} from "node:tls";
import { messageOf } from "../../command/failure";

/** A key pair in memory, as PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** Versions and ciphers that a side speaks, as Node takes them. */
export interface Protocols {
  readonly minVersion: SecureVersion;
  /** @default - the newest */
  readonly maxVersion?: SecureVersion;
  /** Names of OpenSSL, with colons between them; those of TLS 1.3 are among them. @default - Node's own */
  readonly ciphers?: string;
}

export const USUAL_PROTOCOLS: Protocols = { minVersion: "TLSv1.2" };

/** A client that tries to get in. */
export interface Attempt {
  /** Shown if the server asks. @default - none */
  readonly pair?: PemPair;
  /**
   * Whom it wants to talk to: the CAs by which it knows it, and the host, unless it compares none. @default - whoever answers
   */
  readonly expects?: { readonly host: string | undefined; readonly ca: string };
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
}

/** What became of a handshake; the reason is an error code of Node or OpenSSL. */
export type Outcome =
  /** With what the server says: SHA-256 of the certificate that it saw, in hex, and what both speak, e.g. `TLSv1.3`. */
  | {
      readonly accepted: true;
      readonly shown?: string;
      readonly version?: string;
      readonly cipher?: string;
    }
  /** By nobody if the client cannot even start with its pair and CAs. */
  | {
      readonly accepted: false;
      readonly by: "client" | "server" | "nobody";
      readonly reason: string;
    };

/**
 * What is said of a client that did not get in, without its name.
 *
 * @param refuses what it is said to do if it refuses the server, e.g. `refuses it as orders-1`.
 * @param isRefused what is said if the server refuses it.
 */
export function describeRefusal(
  { by, reason }: Extract<Outcome, { accepted: false }>,
  refuses: string,
  isRefused = "is refused",
): string {
  const who = { client: refuses, server: isRefused, nobody: "cannot start a client" }[by];
  return `${who}: ${reason}.`;
}

/**
 * An option by which a trusted CA ends a chain though another one issued it, as for Go, Java, gRPC and Envoy. Components of Choreo
 * in Node.js and Python need the root as well, which their own check looks for (choreo/check-component.ts).
 */
export const ANY_CA = { allowPartialTrustChain: true } as const;

const TIMEOUT = 5000;

/**
 * Shakes hands with a server on loopback, writes nothing and leaves. By not writing it always hears the
 * alert: data on its way to a server that has closed would make a reset of it.
 */
export function handshake(port: number, attempt: Attempt): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = start(port, attempt);
    if (!(socket instanceof TLSSocket)) {
      resolve(socket);
      return;
    }
    const end = (outcome: Outcome) => {
      resolve(outcome);
      socket.destroy();
    };
    // With TLS 1.3 the client is done before the server has seen its certificate; tickets come after that.
    socket.once("session", () => end({ accepted: true }));
    socket.once("secureConnect", () => {
      if (socket.getProtocol() !== "TLSv1.3") end({ accepted: true });
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end(refused(error.code ?? error.message)),
    );
    socket.once("close", () => end(refused("ECONNRESET")));
    socket.setTimeout(TIMEOUT, () => end(refused("ETIMEDOUT")));
  });
}

function start(
  port: number,
  { pair, expects, speaks = USUAL_PROTOCOLS }: Attempt,
): TLSSocket | Outcome {
  try {
    return connect({
      host: "127.0.0.1",
      port,
      ALPNProtocols: ["h2"],
      ...speaks,
      rejectUnauthorized: expects !== undefined,
      ...(pair && { cert: pair.certificate, key: pair.key }),
      ...(expects && { ca: expects.ca, ...ANY_CA, ...comparing(expects.host) }),
    });
  } catch (error) {
    return { accepted: false, by: "nobody", reason: messageOf(error) };
  }
}

/** An address does not go into SNI (RFC 6066 section 3), by which Node would compare it. */
function comparing(host: string | undefined): ConnectionOptions {
  if (host === undefined) return { checkServerIdentity: () => undefined };
  if (isIP(host) === 0) return { servername: host };
  return { checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) };
}

/** An alert or a cut connection is the server's decision, anything else the client's own. */
function refused(reason: string): Outcome {
  const isServers =
    reason.includes("_ALERT_") || ["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(reason);
  return { accepted: false, by: isServers ? "server" : "client", reason };
}
