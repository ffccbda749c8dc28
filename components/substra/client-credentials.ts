import { output, secret, type ComponentResource, type Input } from "@pulumi/pulumi";
import type { Facts } from "../../facts";
import {
  authorityOf,
  certificateName,
  credentialsFacts,
  makeCredentials,
  remembered,
  type AuthorityArgs,
  type ClientCredentials,
  type ClientCredentialsArgs,
  type CredentialsArgs,
  type LeafPolicy,
} from "../pki";

/** Credentials of an organization that this stack's own authority certifies. */
export interface OwnCredentials {
  readonly commonName: string;
  /** Name of the key. Another name makes another key, and so a new certificate. */
  readonly key: string;
  /** An existing key, as PEM. @default - a new key is made */
  readonly existingKey?: Input<string> | undefined;
  /** A certificate for that key, which is used until it is due for renewal. @default - none */
  readonly existingCertificate?: string | undefined;
  readonly authority: AuthorityArgs;
  readonly certificate: LeafPolicy;
}

/** The first key, whose resources do not have its name in theirs. */
const FIRST_KEY = "k1";

/** What a backend states about its certificate and its trust, which it knows before either is made. */
export interface StatedCredentials extends Pick<ClientCredentials, "presents" | "trusts"> {
  readonly facts: Pick<Facts, "certificates">;
}

export function statedBy(
  name: string,
  mspId: string,
  credentials: ClientCredentialsArgs | OwnCredentials,
): StatedCredentials {
  if (!isOwn(credentials)) return { ...credentials, facts: {} };
  return {
    presents: certificateName(name),
    trusts: authorityOf(credentials.authority).generations.map(({ id }) => id),
    facts: credentialsFacts(name, argsOf(mspId, credentials)),
  };
}

interface UsedCredentials extends Pick<
  ClientCredentials,
  "certificatePem" | "privateKeyPem" | "trustPem"
> {
  /** What the backend registers for a later update. */
  readonly remembered: ReturnType<typeof remembered>;
}

/**
 * Returns an organization's credentials. Those that are made here become resources of its backend.
 *
 * @param former component beside the backend to which they belong in older states; in still older ones, they belong to
 *   the backend.
 */
export function credentialsOf(
  name: string,
  mspId: string,
  credentials: ClientCredentialsArgs | OwnCredentials,
  backend: ComponentResource,
  former: Input<string>,
): UsedCredentials {
  if (!isOwn(credentials)) {
    const { certificatePem, privateKeyPem, trustPem } = credentials;
    return {
      certificatePem: output(certificatePem),
      privateKeyPem: secret(privateKeyPem),
      trustPem: output(trustPem),
      remembered: {},
    };
  }
  const args = argsOf(mspId, credentials);
  const made = makeCredentials(name, args, backend, {
    identity: `${name}-client${args.key === undefined ? "" : `-${args.key}`}`,
    parents: [former, backend],
  });
  const { bundlePem: trustPem } = authorityOf(credentials.authority);
  return { ...made, trustPem, remembered: remembered(args, made) };
}

function isOwn(credentials: ClientCredentialsArgs | OwnCredentials): credentials is OwnCredentials {
  return "authority" in credentials;
}

/** Returns what is certified of an organization, whose MSP ID becomes the O of its certificate. */
function argsOf(mspId: string, own: OwnCredentials): CredentialsArgs {
  const { commonName, key, existingKey, existingCertificate, authority, certificate } = own;
  return {
    ...certificate,
    organization: mspId,
    commonName,
    ...(key !== FIRST_KEY && { key }),
    existingKey,
    existingCertificate,
    issuer: authority.signing,
    role: "client",
    source: `organizations.${mspId}`,
  };
}
