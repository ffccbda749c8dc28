import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket, type SecureVersion } from "node:tls";

/**
 * A server that demands a client certificate and answers with its CN. It reads PEM, as most servers in Node do, takes its settings
 * as NAME=VALUE, and ends with its standard input.
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
    // OpenSSL's settings for TLS 1.3 are in the same list, and it has them anyway.
    ciphers: setting("ciphers").replaceAll(",", ":"),
  },
  ({ socket }, response) => {
    response.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : "");
  },
);

// Node ends the handshake well with whatever certificate, and then the connection: its reason is the socket's to tell.
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

/** `TLSv1` is the oldest one's name. */
function version(name: string): SecureVersion {
  return setting(name).replace("TLS1_", "TLSv1.").replace(/\.0$/, "") as SecureVersion;
}
