import { output, secret, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";
import type { Facts } from "../../facts";
import {
  authorityOf,
  certificateName,
  credentialsFacts,
  describe,
  makeCredentials,
  remembered,
  type AuthorityArgs,
  type ClientCredentialsArgs,
  type CredentialsArgs,
  type ClientCredentials,
  type IssuedCertificate,
  type LeafPolicy,
  type Role,
} from "../pki";
import { partyOf, sourceOf } from "./party";

/** A key that is made here, with a certificate from this stack's CA. */
export interface OwnCredentials {
  readonly authority: AuthorityArgs;
  /** Organization (O) of the certificate. */
  readonly organization: string;
  /** Common name (CN) of the certificate. @default - the service's name */
  readonly commonName?: string | undefined;
  /** DNS names in the certificate. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** IP addresses in the certificate. @default - none */
  readonly ipAddresses?: readonly string[] | undefined;
  /** URIs in the certificate, e.g. a SPIFFE ID. @default - none */
  readonly uris?: readonly string[] | undefined;
  /** Algorithm of the key, validity and renewal. */
  readonly certificate: LeafPolicy;
  /** An existing private key, as unencrypted PEM; secret. @default - a new key is made */
  readonly existingKey?: Input<string> | undefined;
  /** A certificate for that key, which is used until it is due for renewal. @default - none */
  readonly existingCertificate?: string | undefined;
  /** CAs that it trusts, as PEM, and their ids. @default - those of the authority */
  readonly trust?: Pick<ClientCredentialsArgs, "trustPem" | "trusts"> | undefined;
}

/** Credentials of a service: made here, or given because another stack has signed its certificate. */
export type ServiceCredentials = OwnCredentials | ClientCredentialsArgs;

/** What a service states about its certificate and its trust, which it knows before either is made. */
interface Stated extends Pick<ClientCredentials, "presents" | "trusts"> {
  readonly facts: Pick<Facts, "certificates">;
}

export function statedBy(
  name: string,
  service: string,
  role: Role,
  credentials: ServiceCredentials,
): Stated {
  if (!isOwn(credentials)) return { ...credentials, facts: {} };
  return {
    presents: certificateName(name),
    trusts:
      credentials.trust?.trusts ??
      authorityOf(credentials.authority).generations.map(({ id }) => id),
    facts: credentialsFacts(name, argsOf(service, role, credentials)),
  };
}

interface Used {
  readonly chainPem: Output<string>;
  readonly privateKeyPem: Output<string>;
  readonly issued: Output<IssuedCertificate>;
  /** What the service registers for a later update. */
  readonly remembered: ReturnType<typeof remembered>;
}

/** Returns a service's credentials. Those that are made here become resources of its component. */
export function credentialsOf(
  name: string,
  service: string,
  role: Role,
  credentials: ServiceCredentials,
  component: ComponentResource,
): Used {
  if (!isOwn(credentials)) {
    const { certificatePem, chainPem = certificatePem, privateKeyPem } = credentials;
    return {
      chainPem: output(chainPem),
      privateKeyPem: secret(privateKeyPem),
      issued: output(certificatePem).apply(describe),
      remembered: {},
    };
  }
  const args = argsOf(service, role, credentials);
  const made = makeCredentials(name, args, component);
  return { ...made, remembered: remembered(args, made) };
}

/**
 * Returns the CAs that a service trusts because of its credentials.
 *
 * @param upToRoot whether those above this stack's CA are among them.
 */
export function trustOf(credentials: ServiceCredentials, upToRoot: boolean): Output<string> {
  if (!isOwn(credentials)) return output(credentials.trustPem);
  if (credentials.trust) return output(credentials.trust.trustPem);
  const { bundlePem, bundleToRootPem } = authorityOf(credentials.authority);
  return upToRoot ? bundleToRootPem : bundlePem;
}

/** Whether a service with a certificate of this stack's CA also trusts the CAs of the stack that will sign for it. */
export function trustsSigner(credentials: ServiceCredentials): boolean {
  return isOwn(credentials) && credentials.trust !== undefined;
}

function isOwn(credentials: ServiceCredentials): credentials is OwnCredentials {
  return "authority" in credentials;
}

function argsOf(
  service: string,
  role: Role,
  { authority, certificate, commonName = service, ...own }: OwnCredentials,
): CredentialsArgs {
  const { algorithm, validityHours, renewBeforeHours } = certificate;
  return {
    ...own,
    algorithm,
    validityHours,
    renewBeforeHours,
    commonName,
    issuer: authorityOf(authority).signing,
    role,
    owner: partyOf(service),
    source: sourceOf(service),
  };
}
