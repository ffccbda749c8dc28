import { posix } from "node:path";
import { isIpAddress } from "../../../x509";
import type { ServiceOutputs } from "../outputs";
import { FOLDERS, caFolder } from "./exported-files";

/** Returns the steps that remain for people after an export, with commands between backticks. */
export function nextSteps(services: readonly ServiceOutputs[], to: string): string[] {
  return [
    `${to} holds private keys: keep it out of git, and give each folder only to the service that it is for`,
    ...services.flatMap((service) => stepsOf(service, services, to)),
    "export again, and restart these services, after each `pulumi up` that renews a certificate or changes the CAs",
  ];
}

function stepsOf(
  service: ServiceOutputs,
  exported: readonly ServiceOutputs[],
  to: string,
): string[] {
  const { name, clients, port, calls } = service;
  const options = openSslOptions(service, to);
  const ca = posix.join(to, caFolder(service));
  const keys = posix.join(to, name, FOLDERS.keys);
  const folders = ca === keys ? keys : `${keys} and ${ca}`;
  const steps = [`let ${name} read ${folders}, as its user, and restart it`];
  if (options === undefined) return steps;
  const { own, trust } = options;
  const asks = clients === "required" ? " -Verify 8" : clients === "optional" ? " -verify 8" : "";
  return [
    ...steps,
    ...(clients === undefined
      ? []
      : [
          `try it as a server: \`openssl s_server -accept ${port ?? 8443} ${own} ${trust} -verify_return_error${asks}\``,
        ]),
    ...Object.entries(calls).map(([callee, host]) => {
      const found = exported.find((each) => each.name === callee);
      const target = `${host}:${found?.port ?? "PORT"}`;
      const shown = service.presents ? `${own} ` : "";
      const compare = isIpAddress(host)
        ? `-verify_ip ${host}`
        : `-servername ${host} -verify_hostname ${host}`;
      return `try its calls to ${callee}: \`openssl s_client -connect ${target} ${compare} -verify_return_error ${shown}${trust}\``;
    }),
  ];
}

/** Options of OpenSSL for the service's files; undefined for stores, which its commands do not read as they are. */
function openSslOptions(
  service: ServiceOutputs,
  to: string,
): { readonly own: string; readonly trust: string } | undefined {
  const { keys, ca } = service.files;
  const inKeys = (file = "") => posix.join(to, service.name, FOLDERS.keys, file);
  const folder = posix.join(to, caFolder(service));
  const pair =
    keys.form === "pem"
      ? [keys.names.certificate, keys.names.key]
      : keys.form === "combined"
        ? [keys.names.combined, keys.names.combined]
        : undefined;
  const trust =
    ca.form === "bundle"
      ? `-CAfile ${posix.join(folder, ca.names.bundle ?? "")}`
      : ca.form === "directory"
        ? `-CApath ${folder}`
        : undefined;
  if (pair === undefined || trust === undefined) return undefined;
  const [certificate, key] = pair.map(inKeys);
  return {
    own: `-cert ${certificate ?? ""} -key ${key ?? ""}`,
    // A CA below a root ends a chain, as in Go and Java; nobody but these CAs is trusted.
    trust: `${trust} -partial_chain`,
  };
}
