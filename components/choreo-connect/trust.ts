import { stringify } from "yaml";
import { readCertificates, withoutRepetition } from "../../x509";
import { globallyTrusted, type Backend, type Gateway, type Part } from "./gateway";

/**
 * What peers know a part by: its certificate, followed by every generation of the CA, the issuing one first.
 *
 * The parts of a gateway take their peers' certificate files for CAs. With the leaf alone in them, the renewal of one part would
 * lock it out until its peers had restarted; with the generations any order of restarts works, also in a rotation.
 */
export function chainOf(leaf: string, bundle: string): string {
  return lines(leaf) + lines(bundle);
}

/**
 * The certificate file with which a part starts. The enforcer's has the generation that issued it only: Netty puts the file into a
 * store of Java's, which takes nothing but a chain, so that a generation with another subject behind it would keep the enforcer
 * from starting. The one peer that knows it by no other file is the router, which in a cluster is in its own pod.
 */
export function certificateFileOf(part: Part, leaf: string, bundle: string): string {
  const [issuer = ""] = certificatesIn(bundle);
  return chainOf(leaf, part === "enforcer" ? issuer : bundle);
}

/**
 * Whom adapter and enforcer trust besides their peers. Without an API Manager that is nobody new: the file that they expect has
 * the CA then, so that the public certificate of the chart and of the distribution is gone from it.
 */
export function controlPlaneTrust({ controlPlane }: Gateway, bundle: string): string {
  return lines(controlPlane ?? bundle);
}

/**
 * The CAs by which a backend knows the router, by their aliases in a trust store. The signing one has the alias that WSO2's
 * guide gives the router's certificate.
 */
export function routerAnchors(bundle: string): Record<string, string> {
  return Object.fromEntries(
    readCertificates(bundle).map(({ pem }, position) => [numbered("router", position, "-"), pem]),
  );
}

/** The folder of an API project for certificates of endpoints, and the file that says whose each is. */
export const ENDPOINT_CERTIFICATES = "Endpoint-certificates";
export const INDEX = "endpoint_certificates.yaml";

/**
 * The CAs by which the router knows a backend. For what we issue they are all generations, so that neither a renewal of the
 * backend nor the next generation needs the API to be deployed again.
 *
 * @param bundle of our generations, as PEM.
 */
export function trustOf({ certificate }: Backend, bundle: string): string {
  return lines(certificate.kind === "issued" ? bundle : certificate.certificates);
}

/**
 * The router's `ca-certificates.crt`. It takes the place of the image's own, so everything that the router is to trust is in it:
 * our generations, the CAs of backends that are trusted globally, and the chosen public CAs.
 *
 * @returns undefined if no backend is trusted globally: the router then keeps its own bundle.
 */
export function globalBundle(gateway: Gateway, bundle: string): string | undefined {
  const own = globallyTrusted(gateway);
  if (own.length === 0) return undefined;
  const all = [
    ...own.map((backend) => trustOf(backend, bundle)),
    ...Object.values(gateway.publicCas),
  ];
  return withoutRepetition(all.map(lines).join(""));
}

/** A backend's `ca-certificates.crt`: the CAs by which it knows the router, and the public ones that it needs itself. */
export function backendBundle({ routerTrust }: Backend, bundle: string): string {
  return withoutRepetition([bundle, ...Object.values(routerTrust.publicCas)].map(lines).join(""));
}

/**
 * The files of each API project's folder of endpoint certificates, by the project's name and the file's.
 *
 * Every endpoint has a file of its own, though those of a backend are alike: the adapter forgets a file once it has found an
 * endpoint's (adapter, internal/discovery/xds/server.go). And every file is in the index: those that are not are joined into a
 * default for the whole API.
 */
export function endpointCertificates(
  { apis, backends }: Gateway,
  bundle: string,
): Map<string, Record<string, string>> {
  const projects = [...apis].flatMap(([api, names]) => {
    const called = names.flatMap((name) => {
      const backend = backends.get(name);
      return backend?.trust === "endpoint" ? [backend] : [];
    });
    return called.length === 0 ? [] : [[api, projectFiles(called, bundle)] as const];
  });
  return new Map(projects);
}

function projectFiles(backends: readonly Backend[], bundle: string): Record<string, string> {
  const entries = backends.flatMap((backend) =>
    backend.endpoints.map(({ url }, position) => {
      // Names of backends have no underscore, so no two are the same.
      const alias = numbered(backend.name, position, "_");
      return { alias, url, file: `${alias}.pem`, content: trustOf(backend, bundle) };
    }),
  );
  const index = {
    type: "endpoint_certificates",
    version: "v4.2.0",
    data: entries.map(({ alias, url, file }) => ({ alias, endpoint: url, certificate: file })),
  };
  return {
    [INDEX]: stringify(index, { lineWidth: 0 }),
    ...Object.fromEntries(entries.map(({ file, content }) => [file, content])),
  };
}

function numbered(name: string, position: number, separator: string): string {
  return position === 0 ? name : `${name}${separator}${position + 1}`;
}

function lines(pem: string): string {
  return `${pem.trim()}\n`;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;

function certificatesIn(pem: string): readonly string[] {
  return lines(pem).replaceAll("\r\n", "\n").match(BLOCK) ?? [];
}
