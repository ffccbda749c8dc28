import {
  ComponentResource,
  createUrn,
  output,
  unsecret,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import { generationId, stated, type Facts } from "../../facts";
import type { Accepted } from "../../enrollment/admission";
import type { Member, MemberMemory } from "../../enrollment/standing";
import { signingFirst } from "../../enrollment/trust";
import {
  checkIssuedBy,
  isSelfIssued,
  keyMatchesCertificate,
  readCertificate,
  type KeyAlgorithm,
} from "../../x509";
import {
  IDENTITY_TYPE,
  refusal,
  requestCertificate,
  type ClientCredentials,
  type IdentityArgs,
  type KeyAndRequest,
} from "../pki";
import { authorityFacts } from "./signer";

export interface EnrollmentArgs {
  readonly member: Pick<Member, "party" | "organization" | "section" | "trust"> & {
    readonly keys: Member["keys"] & { readonly algorithm: KeyAlgorithm };
  };
  /** Names in the requests, besides the organization. */
  readonly names: Pick<IdentityArgs, "commonName" | "dnsNames" | "ipAddresses" | "uris">;
  /** The component (`Signer`) that states the signer's CAs, by its name. @default - this one, for itself */
  readonly signer?: { readonly name: string } | undefined;
  /** The admission that may be deployed. @default - none yet */
  readonly accepted?: Accepted | undefined;
  /** State of the party that this stack remembers. */
  readonly memory: MemberMemory;
  /** Fingerprints of CAs that were trusted once but no longer are. @default - none */
  readonly retired?: readonly string[];
  /** The kind of party, if it waits. @default - an organization */
  readonly kind?: Facts["kind"];
}

/**
 * A party's side of a certificate that another stack signs: its keys, which stay here, its requests, and the admission
 * that it accepted from the signer.
 */
export class Enrollment extends ComponentResource {
  static readonly type = "countersign:enrollment:Enrollment";

  /** The request that currently asks for a certificate. */
  readonly requestPem: Output<string>;
  /** Certificate, key and CAs to deploy; undefined until there is a certificate. */
  readonly credentials: ClientCredentials | undefined;

  constructor(name: string, args: EnrollmentArgs, opts?: ComponentResourceOptions) {
    super(Enrollment.type, name, stated(factsOf(name, args)), opts);
    const { member, accepted, memory, retired = [] } = args;
    const { names, algorithm, existing } = member.keys;
    const keys = new Map(
      names.map((key) => {
        const own = `${name}-${key}`;
        // In older states, each key has a component of its own around it.
        const former = createUrn(own, IDENTITY_TYPE, this);
        const made = requestCertificate(
          `${own}-key`,
          {
            ...args.names,
            organization: member.organization,
            algorithm,
            keepKey: true,
            ...(key === "existing" && { existingKeyPem: existing }),
            known: Object.values(memory.requests),
          },
          { parent: this, aliases: [{ parent: former }] },
        );
        return [key, made] as const;
      }),
    );
    const newest = keys.get(names.at(-1) ?? "");
    if (newest === undefined) throw new Error(`enrollment "${name}" needs a key`);
    this.requestPem = newest.requestPem;
    const key = accepted && keys.get(accepted.key);
    this.credentials = accepted && credentialsOf(name, args, accepted, key);

    const remembered: MemberMemory = {
      requests: {},
      admission: accepted?.admission ?? memory.admission,
      firstUse: member.trust.firstUse
        ? (memory.firstUse ?? accepted?.trusted.map(({ certificate }) => certificate.fingerprint))
        : undefined,
      ...(accepted && accepted.setbacks.length > 0 && { setbacks: accepted.setbacks }),
      ...(retired.length > 0 && { retired }),
    };
    this.registerOutputs({
      ...remembered,
      requests: Object.fromEntries([...keys].map(([key, { requestPem }]) => [key, requestPem])),
    });
  }
}

function factsOf(name: string, { member, accepted, signer, kind }: EnrollmentArgs): Facts {
  const { party, section } = member;
  if (!accepted) return { waiting: [party], ...(kind && { kind }) };
  return {
    ...(!signer && { authority: authorityFacts([accepted]) }),
    certificates: {
      [name]: {
        owner: party,
        source: section,
        origin: "received",
        certificate: accepted.admission.certificate,
        ...(accepted.setbacks.length > 0 && { setbacks: [...accepted.setbacks] }),
      },
    },
  };
}

function credentialsOf(
  name: string,
  { member: { party }, signer }: EnrollmentArgs,
  { admission, trusted, key }: Accepted,
  made: KeyAndRequest | undefined,
): ClientCredentials {
  if (made === undefined) throw new Error(`there is no key ${key}`);
  const certificate = readCertificate(admission.certificate);
  const { pem } = certificate;
  const between = trusted.find(
    ({ certificate: ca }) => !isSelfIssued(ca) && checkIssuedBy(certificate, ca).length === 0,
  );
  const bundle = signingFirst(admission.authorities)
    .flatMap(([name]) => trusted.filter((generation) => generation.name === name))
    .map(({ certificate }) => certificate.pem)
    .join("");
  const { privateKeyPem } = made;
  const certificatePem = privateKeyPem.apply((privateKey) => {
    if (keyMatchesCertificate(privateKey, pem)) return pem;
    throw refusal(`the certificate of ${party} is not for its key ${key}`);
  });
  return {
    certificatePem: unsecret(certificatePem),
    chainPem: unsecret(
      certificatePem.apply((leaf) => (between ? leaf + between.certificate.pem : leaf)),
    ),
    privateKeyPem,
    trustPem: output(bundle),
    presents: name,
    trusts: trusted.map((generation) => generationId(signer?.name ?? name, generation.name)),
  };
}
