import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket, type SecureVersion } from "node:tls";

/**
 * A server that requires a client certificate and answers with its CN. It reads PEM, like most servers in Node, takes
 * its settings as NAME=VALUE, and ends with its standard input.
 */
const settings = new Map(
  process.argv.slice(2).map((argument) => {
    const [name = "", ...value] = argument.split("=");
    return [name, value.join("=")];
  }),
);

const server = createServer(
  {
    cert: readFileSync(setting("certificate")),
    key: readFileSync(setting("key")),
    ca: readFileSync(setting("clients")),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: version("minimum"),
    maxVersion: version("maximum"),
    // OpenSSL's suites of TLS 1.3 would be in the same list, but it has them anyway.
    ciphers: setting("ciphers").replaceAll(",", ":"),
  },
  ({ socket }, response) => {
    response.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : "");
  },
);

// Node completes the handshake with any certificate, and then closes the connection: the socket has the reason.
server.on("tlsClientError", (error: Error, socket: TLSSocket) => {
  const reason = socket.authorizationError as unknown as string | null;
  console.error(`refused: ${reason ?? error.message}`);
});
server.listen(0, "127.0.0.1", () => {
  const { address, port } = server.address() as AddressInfo;
  console.log(`listening on ${address}:${port}`);
});
process.stdin.resume().once("end", () => process.exit());

function setting(name: string): string {
  return settings.get(name) ?? "";
}

/** Returns a version's name in Node. The oldest one is `TLSv1`. */
function version(name: string): SecureVersion {
  return setting(name).replace("TLS1_", "TLSv1.").replace(/\.0$/, "") as SecureVersion;
}
