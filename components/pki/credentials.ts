import {
  createUrn,
  type Alias,
  type ComponentResource,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { Facts } from "../../facts";
import { withoutDependencies } from "../outputs";
import { KEY_ALGORITHMS, type Grant, type KeyAlgorithm } from "../../x509";
import type { SigningGenerationArgs } from "./authority";
import {
  CERTIFICATE_TYPE,
  adopt,
  adoptedFacts,
  issue,
  issuedFacts,
  stillGood,
  type AdoptedCertificate,
  type IssueTerms,
  type LeafCertificate,
  type LifePolicy,
  type Role,
} from "./certificate";
import {
  IDENTITY_TYPE,
  requestCertificate,
  type IdentityArgs,
  type KeyAndRequest,
} from "./identity";

/** A party's key and certificate, both made by this stack. */
export interface CredentialsArgs extends LifePolicy {
  /** Organization (O) of the subject. */
  readonly organization: string;
  /** Common name (CN) of the subject. */
  readonly commonName: string;
  /** DNS names in the certificate. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** IP addresses in the certificate. @default - none */
  readonly ipAddresses?: readonly string[] | undefined;
  /** URIs in the certificate, e.g. a SPIFFE ID. @default - none */
  readonly uris?: readonly string[] | undefined;
  /** Algorithm of the key. A change makes a new key. An existing key keeps its own. */
  readonly algorithm: KeyAlgorithm;
  /** Name of the key. Another name makes another key, and so a new certificate. @default - the key has no name */
  readonly key?: string | undefined;
  /** An existing private key, as unencrypted PEM. @default - a new key is made */
  readonly existingKey?: Input<string> | undefined;
  /** A certificate for that key, which is used until it is due for renewal. @default - none */
  readonly existingCertificate?: string | undefined;
  readonly issuer: SigningGenerationArgs;
  readonly role: Role;
  /** Name of the party for people. @default - the organization */
  readonly owner?: string;
  /** The configuration key of the party, for messages, e.g. `organizations.MyOrg1MSP`. */
  readonly source: string;
}

export interface Credentials extends LeafCertificate, KeyAndRequest {}

/** The place of a party's key, request and certificate in an older state, by which they are kept. */
interface Former {
  /** Name of the `countersign:pki:Identity` that held key and request. */
  readonly identity: string;
  /** Components that the Identity belonged to. @default - the party's own */
  readonly parents?: readonly (Resource | Input<string>)[];
}

/** Returns the name of a party's certificate, which its peers are said to see. */
export function certificateName(party: string): string {
  return `${party}-certificate`;
}

/** Returns what the component of a party states about its certificate. */
export function credentialsFacts(
  party: string,
  args: CredentialsArgs,
): Pick<Facts, "certificates"> {
  const adopted = adoptedBy(args);
  const facts = adopted ? adoptedFacts(adopted) : issuedFacts(termsOf(args));
  return { certificates: { [certificateName(party)]: facts } };
}

/**
 * Makes a party's key, the request for it and its certificate, as resources of the party's own component.
 *
 * @param name name of the party's component.
 * @param former @default - no older state has the party
 */
export function makeCredentials(
  name: string,
  args: CredentialsArgs,
  party: ComponentResource,
  former?: Former,
): Credentials {
  const { signedRequests: known } = args.issuer;
  const { privateKeyPem, requestPem } = makeKey(name, { ...args, known }, party, former);
  const adopted = adoptedBy(args);
  if (adopted) return { ...adopt(adopted), privateKeyPem, requestPem };
  const certificate = certificateName(name);
  const leaf = issue(
    certificate,
    { requestPem, ...termsOf(args), isOwnKey: args.existingKey === undefined },
    { parent: party, aliases: formerly(certificate, CERTIFICATE_TYPE, certificate, party, former) },
  );
  // The key is always used with the certificate, which depends on it.
  return { ...leaf, privateKeyPem: withoutDependencies(privateKeyPem), requestPem };
}

/**
 * Returns what the component of a party registers, so that a later update knows the party's key: the request, if no
 * resource has it because the certificate was issued elsewhere.
 */
export function remembered(
  args: CredentialsArgs | undefined,
  { requestPem }: Pick<Credentials, "requestPem">,
): { readonly requestPem?: Output<string> } {
  return args && adoptedBy(args) ? { requestPem } : {};
}

/** Makes the key of a party, and the request for it: for a party that gets its certificate later. */
export function makeKey(
  name: string,
  args: Omit<CredentialsArgs, "issuer"> & Pick<IdentityArgs, "known">,
  party: ComponentResource,
  former?: Former,
): KeyAndRequest {
  const { organization, commonName, dnsNames = [], ipAddresses = [], uris = [] } = args;
  const { algorithm, key } = args;
  const { identity = "" } = former ?? {};
  return requestCertificate(
    key === undefined ? `${name}-key` : `${name}-key-${key}`,
    {
      organization,
      commonName,
      dnsNames: [...dnsNames],
      ipAddresses: [...ipAddresses],
      uris: [...uris],
      algorithm,
      existingKeyPem: args.existingKey,
      known: args.known,
    },
    {
      parent: party,
      aliases: formerly(`${identity}-key`, IDENTITY_TYPE, identity, party, former),
    },
  );
}

/** The certificate that was issued elsewhere, unless there is none or it is due for renewal. */
function adoptedBy({
  existingCertificate,
  organization,
  owner = organization,
  source,
  renewBeforeHours,
}: CredentialsArgs): AdoptedCertificate | undefined {
  if (existingCertificate === undefined || !stillGood(existingCertificate, renewBeforeHours)) {
    return undefined;
  }
  return { certificate: existingCertificate, owner, source, renewBeforeHours };
}

function termsOf(args: CredentialsArgs): IssueTerms {
  const { organization, commonName, dnsNames = [], ipAddresses = [], uris = [] } = args;
  const { algorithm, source, owner, issuer, role, validityHours, renewBeforeHours } = args;
  const grant: Grant = {
    organization,
    commonName,
    dnsNames,
    ipAddresses,
    uris,
    // The algorithm of an existing key cannot be chosen.
    keyAlgorithms: args.existingKey === undefined ? [algorithm] : KEY_ALGORITHMS,
    source,
  };
  return { grant, owner, issuer, role, validityHours, renewBeforeHours };
}

/** In older states, the key with its request, and the certificate, have a component of their own around them. */
function formerly(
  name: string,
  componentType: string,
  component: string,
  party: ComponentResource,
  former: Former | undefined,
): Alias[] {
  const { parents = [party] } = former ?? { parents: [] };
  return parents.map((parent) => ({ name, parent: createUrn(component, componentType, parent) }));
}
