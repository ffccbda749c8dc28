import { concat, output, secret, type Output } from "@pulumi/pulumi";
import { Enrollment, Signer } from "../../components/enrollment";
import type { CertificateAuthority, ClientCredentials } from "../../components/pki";
import type { ServiceCredentials } from "../../components/services/credentials";
import { componentName, partyOf } from "../../components/services/party";
import type { Accepted } from "../../enrollment/admission";
import { signingFirst } from "../../enrollment/trust";
import { generationId } from "../../facts";
import { expectedOf } from "./admission";
import { keysOf, type ServicesExchange } from "./exchange";
import { sharingTrust, type ServiceSettings, type ServicesSettings } from "./settings";

/** Name of the component with the CAs that services trust unless they have a signer of their own. */
const SIGNER = "services-signer";

/** CAs that a service trusts because of who signs for it, as PEM, and their ids. */
type Trust = Pick<ClientCredentials, "trustPem" | "trusts">;

/** CAs that several services trust, because they have the same signer and the same trust. */
interface SharedTrust {
  readonly signer: Signer;
  readonly trust: Trust;
}

/**
 * Returns the CAs of all services without a signer of their own; undefined if none of them has a certificate. A service
 * for which the signer provides nothing new may still hold an older list than the others. They share one list, and
 * each CA in it is one that the configuration trusts for all of them. As long as one of them is deployed with a
 * certificate of this stack's own CA, that CA is also among them.
 */
export function sharedTrust(
  { services }: ServicesSettings,
  { standings, moving }: ServicesExchange,
  authority: CertificateAuthority | undefined,
): SharedTrust | undefined {
  const parties = sharingTrust([...services.values()]).map(({ name }) => partyOf(name));
  const accepted = parties
    .flatMap((party) => standings.get(party) ?? [])
    .sort((one, other) => Number(one.waiting !== undefined) - Number(other.waiting !== undefined))
    .flatMap((standing) => standing.accepted ?? []);
  if (accepted.length === 0) return undefined;
  const signer = new Signer(SIGNER, { accepted });
  const own = parties.some((party) => moving.has(party)) ? authority : undefined;
  const names = new Set(accepted.flatMap(({ trusted }) => trusted.map(({ name }) => name)));
  const theirs: Trust = {
    trustPem: output(bundleOf(accepted)),
    trusts: [...names].map((name) => generationId(SIGNER, name)),
  };
  return { signer, trust: withOwn(theirs, own) };
}

/** Adds the CAs of this stack, if it has signed until now. */
function withOwn({ trustPem, trusts }: Trust, own: CertificateAuthority | undefined): Trust {
  if (!own) return { trustPem, trusts };
  return {
    trustPem: concat(trustPem, own.bundlePem),
    trusts: [...trusts, ...own.generations.map(({ id }) => id)],
  };
}

/** Returns the trusted CAs of admissions, each once, the signing one first. */
function bundleOf(accepted: readonly Accepted[]): string {
  const pems = accepted.flatMap(({ admission, trusted }) =>
    signingFirst(admission.authorities).flatMap(([name]) =>
      trusted
        .filter((generation) => generation.name === name)
        .map(({ certificate }) => certificate.pem),
    ),
  );
  return [...new Set(pems)].join("");
}

interface Issuers {
  readonly exchange: ServicesExchange;
  readonly authority: CertificateAuthority | undefined;
  readonly shared: SharedTrust | undefined;
}

/** Credentials of a service, or what is made here of them. */
export interface Certified {
  /** Undefined while it waits for its first certificate. */
  readonly credentials: ServiceCredentials | undefined;
  /** Its request; undefined if this stack signs its certificate. */
  readonly request: Request | undefined;
  /** CAs that only it trusts, because it has a signer of its own, PEM. */
  readonly ownCas: Output<string> | undefined;
}

interface Request {
  readonly request: Output<string>;
  readonly key: string;
  readonly trusted?: readonly string[];
}

/**
 * Returns the credentials of a service. If it is deployed with a certificate of this stack's own CA, it keeps one until
 * the CAs of the stack that signs are deployed, too.
 */
export function certify(
  settings: ServiceSettings,
  { exchange, authority, shared }: Issuers,
): Certified {
  const { name, issuance } = settings;
  const credentialsHere = () => {
    // `problems` refuses such a stack.
    if (!authority) throw new Error("services without a CA");
    return ownCredentials(settings, authority);
  };
  if (issuance.kind === "here") {
    return { credentials: credentialsHere(), request: undefined, ownCas: undefined };
  }
  const standing = exchange.standings.get(partyOf(name));
  if (!standing || !issuance.trust) throw new Error(`${partyOf(name)} has no standing`);
  const { accepted, memory, retired } = standing;
  const keys = keysOf(settings);
  const { existing } = keys;
  const enrollment = new Enrollment(componentName(name), {
    member: {
      ...expectedOf(settings, issuance.trustKey),
      keys: { ...keys, ...(existing !== undefined && { existing }) },
      trust: issuance.trust,
    },
    names: {
      commonName: settings.commonName,
      dnsNames: [...settings.dnsNames],
      ipAddresses: [...settings.ipAddresses],
      uris: [...settings.certificate.uris],
    },
    accepted,
    memory,
    retired,
    kind: "service",
    ...(issuance.isShared && shared && { signer: shared.signer }),
  });
  const request = {
    request: enrollment.requestPem,
    key: keys.names.at(-1) ?? "",
    ...(accepted && {
      trusted: accepted.trusted.map(({ certificate }) => certificate.fingerprint),
    }),
  };
  const move = exchange.moving.get(partyOf(name));
  const own = move && authority;
  const { credentials } = enrollment;
  const trust = issuance.isShared ? shared?.trust : credentials && withOwn(credentials, own);
  return {
    request,
    credentials:
      move === "keeps"
        ? { ...credentialsHere(), trust }
        : credentials && { ...credentials, ...trust },
    ownCas: issuance.isShared ? undefined : (trust?.trustPem ?? own?.bundlePem),
  };
}

function ownCredentials(
  settings: ServiceSettings,
  authority: CertificateAuthority,
): ServiceCredentials {
  const { certificate } = settings;
  const { key, existing } = certificate;
  return {
    authority,
    organization: settings.organization,
    commonName: settings.commonName,
    dnsNames: settings.dnsNames,
    ipAddresses: settings.ipAddresses,
    uris: certificate.uris,
    certificate,
    ...(key !== undefined && { existingKey: secret(key) }),
    ...(existing !== undefined && { existingCertificate: existing }),
  };
}
