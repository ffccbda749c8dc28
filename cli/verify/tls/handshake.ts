import { connect } from "node:tls";

/** A key pair in memory, as PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** A client that tries to get in. */
export interface Attempt {
  /** Shown if the server asks. @default - none */
  readonly pair?: PemPair;
  /** Whom it wants to talk to: host, and the CAs by which it knows it. @default - whoever answers */
  readonly expects?: { readonly host: string; readonly ca: string };
}

/** What became of a handshake; the reason is an error code of Node or OpenSSL. */
export type Outcome =
  /** With SHA-256 of the certificate that the server saw, in hex, if it says. */
  | { readonly accepted: true; readonly shown?: string }
  | { readonly accepted: false; readonly by: "client" | "server"; readonly reason: string };

const TIMEOUT = 5000;

/**
 * Shakes hands with a server on loopback, writes nothing and leaves. By not writing it always hears the
 * alert: data on its way to a server that has closed would make a reset of it.
 */
export function handshake(port: number, { pair, expects }: Attempt): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      ALPNProtocols: ["h2"],
      minVersion: "TLSv1.2",
      rejectUnauthorized: expects !== undefined,
      ...(pair && { cert: pair.certificate, key: pair.key }),
      ...(expects && { ca: expects.ca, servername: expects.host }),
    });
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

/** An alert or a cut connection is the server's decision, anything else the client's own. */
function refused(reason: string): Outcome {
  const isServers =
    reason.includes("_ALERT_") || ["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(reason);
  return { accepted: false, by: isServers ? "server" : "client", reason };
}
