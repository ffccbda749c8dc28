import { stringify } from "yaml";
import {
  isTrustAnchor,
  quoteList,
  readCertificates,
  withoutRepetition,
  type Certificate,
} from "../../x509";
import { globallyTrusted, type Backend, type Gateway } from "./gateway";
import type { Part } from "./party";

/**
 * Certificates by which peers trust a part: its own, followed by every generation of the CA, the issuing one first.
 *
 * The parts of a gateway treat their peers' certificate files as CAs. With only the leaf in them, the renewal of one
 * part would lock it out until its peers had restarted; with the generations any order of restarts works, even during a
 * rotation.
 */
export function chainOf(leaf: string, bundle: string): string {
  return lines(leaf) + lines(bundle);
}

/**
 * The certificate file with which a part starts. The enforcer's contains only the generation that issued it: Netty puts
 * the file into a Java store, which accepts only a chain, so that a generation with another subject after it would keep
 * the enforcer from starting. The only peer that has no other file to trust it by is the router, which in a cluster is
 * in the same pod.
 */
export function certificateFileOf(part: Part, leaf: string, bundle: string): string {
  const [issuer = ""] = certificatesIn(bundle);
  return chainOf(leaf, part === "enforcer" ? issuer : bundle);
}

/**
 * Certificates that adapter and enforcer trust besides their peers. Without an API Manager there are none: the file
 * that they expect then contains the CA, which removes the public certificate of the chart and the distribution from
 * it.
 */
export function controlPlaneTrust({ controlPlane }: Gateway, bundle: string): string {
  return lines(controlPlane ?? bundle);
}

/**
 * CAs that a backend trusts for the router, by their aliases in a trust store. The signing one has the alias that
 * WSO2's guide gives the router's certificate.
 */
export function routerAnchors(bundle: string): Record<string, string> {
  return Object.fromEntries(
    readCertificates(bundle).map(({ pem }, position) => [numbered("router", position, "-"), pem]),
  );
}

/** The folder of an API project for certificates of endpoints, and the file that assigns them. */
export const ENDPOINT_CERTIFICATES = "Endpoint-certificates";
export const INDEX = "endpoint_certificates.yaml";

/**
 * The router's `ca-certificates.crt`. It replaces the image's own, so it contains everything that the router trusts:
 * the CA's generations, the CAs of globally trusted backends, and the chosen public CAs.
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

/** A backend's `ca-certificates.crt`: the CAs that it trusts for the router, and the public ones that it needs itself. */
export function backendBundle({ routerTrust }: Backend, bundle: string): string {
  return withoutRepetition([bundle, ...Object.values(routerTrust.publicCas)].map(lines).join(""));
}

/**
 * Files in each API project's folder of endpoint certificates, by project name and file name.
 *
 * Every endpoint has its own file, even though those of a backend are equal: the adapter forgets a file once it has
 * found an endpoint's (adapter, internal/discovery/xds/server.go). And every file is in the index: those that are not
 * are combined into a default for the whole API.
 */
export function endpointCertificates(
  { apis, backends }: Gateway,
  bundle: string,
): Map<string, Record<string, string>> {
  const byName = new Map(backends.map((backend) => [backend.name, backend]));
  const projects = Object.entries(apis).flatMap(([api, names]) => {
    const called = names.flatMap((name) => {
      const backend = byName.get(name);
      return backend?.trust === "endpoint" ? [backend] : [];
    });
    return called.length === 0 ? [] : [[api, projectFiles(called, bundle)] as const];
  });
  return new Map(projects);
}

/**
 * Finds the certificate that a backend itself shows, among those that were imported for it.
 *
 * A certificate that is not a CA's is the backend's own. A single CA certificate may also be: `openssl req -x509`
 * creates self-signed certificates with CA:TRUE. It is taken for the backend's own if it has alternative names, or if
 * its common name is a host that the router dials.
 *
 * @param hosts hosts of the backend's endpoints
 * @returns undefined if they are the backend's CAs
 */
export function shownCertificate(
  certificates: readonly Certificate[],
  hosts: readonly string[],
): Certificate | undefined {
  const leaf = certificates.find((each) => !isTrustAnchor(each));
  const [only, ...more] = certificates;
  if (leaf !== undefined || only === undefined || more.length > 0) return leaf;
  const { dnsNames, ipAddresses, subject } = only;
  const isNamed =
    dnsNames.length + ipAddresses.length > 0 ||
    subject.commonNames.some((name) => hosts.some((host) => isSame(name, host)));
  return isNamed ? only : undefined;
}

/** Describes the names of a certificate for a message. Envoy and Go ignore the common name. */
export function describeNames({ dnsNames, ipAddresses, subject }: Certificate): string {
  const names = [...dnsNames, ...ipAddresses];
  if (names.length > 0) return `its names are ${quoteList(names)}`;
  const [commonName] = subject.commonNames;
  return commonName === undefined
    ? "it has no names"
    : `it has no names: its common name, ${quoteList([commonName])}, does not count`;
}

/**
 * CAs that the router trusts for a backend. For a certificate that is issued here they are all generations, so that
 * neither its renewal nor the next generation requires a new deployment of the API.
 *
 * @param bundle the CA's generations, as PEM.
 */
function trustOf({ certificate }: Backend, bundle: string): string {
  return lines(certificate.kind === "issued" ? bundle : certificate.certificates);
}

function projectFiles(backends: readonly Backend[], bundle: string): Record<string, string> {
  const entries = backends.flatMap((backend) =>
    backend.endpoints.map(({ url }, position) => {
      // Names of backends have no underscore, so no two results are the same.
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

/** Host names are compared without case (RFC 9525 section 6.3); an endpoint's host is kept as in its URL. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
