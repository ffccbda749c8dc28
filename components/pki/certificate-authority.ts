import {
  ComponentResource,
  all,
  secret,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import { generationId, type AuthorityFacts, type Facts } from "../../facts";
import {
  PRIVATE_KEY_LABELS,
  exposedKeyProblem,
  pathAbove,
  readCertificate,
  readPem,
  withoutRepetition,
  type KeyAlgorithm,
} from "../../x509";
import { valueForCheck, willBeMade, withoutDependencies } from "../outputs";
import {
  bundleOf,
  type Authority,
  type GenerationState,
  type SigningGeneration,
  type TrustedGeneration,
} from "./authority";
import { describe, type IssuedCertificate } from "./certificate";
import { refusal } from "./checks";
import { checkSame, recalled, rememberFirst, replaced } from "./first-certificate";
import { KEY_SPECIFICATION, privateKey } from "./key";

export interface Subject {
  /** Common name (CN) of the CA. */
  readonly commonName: string;
  /** Organization (O) of the CA. @default - none */
  readonly organization?: string | undefined;
}

/** A generation whose key and certificate are created here. */
export interface CreatedGeneration {
  /** @default "created" */
  readonly kind?: "created";
  readonly state: GenerationState;
  /** Key algorithm. @default "ECDSA-P256" */
  readonly algorithm?: KeyAlgorithm;
  /** Hours from creation to expiry. @default 87600, which is 10 years */
  readonly validityHours?: number;
}

/** An existing generation that is imported. */
export interface ExistingGeneration {
  readonly kind: "existing";
  readonly state: GenerationState;
  /** The CA's certificate, one PEM block. */
  readonly certificate: string;
  /** The CAs above a CA that is not a root, one PEM block each, from its issuer to the root. @default - the CA is a root */
  readonly chain?: readonly string[];
  /** The CA's private key as unencrypted PEM. Only signing needs it. */
  readonly key?: Input<string>;
}

export interface CertificateAuthorityArgs {
  readonly subject: Subject;
  /** Generations by name. A name always stays with its certificate; a changed CA is a new generation. */
  readonly generations: Readonly<Record<string, CreatedGeneration | ExistingGeneration>>;
  /** Requests in PEM that it signed for this stack before (see IdentityArgs.known). @default - none */
  readonly signedRequests?: readonly string[] | undefined;
}

/**
 * A certificate authority as a list of generations (RFC 5280 CAs: CA:TRUE, keyCertSign, cRLSign, subject key
 * identifier).
 *
 * A generation is never renewed or changed in place, since that would replace everything it signed, and the trust in
 * it, at the same moment. Rotation adds a generation, moves `signing` to it, then drops the old one.
 *
 * @throws Error unless exactly one generation signs, if a generation's settings differ from its first certificate, if
 *   an imported generation is not a root and its `chain` does not lead to one, or if its private key is published or
 *   can be computed.
 */
export class CertificateAuthority extends ComponentResource implements Authority {
  /** All generations, ordered by name. */
  readonly generations: readonly TrustedGeneration[];
  readonly signing: SigningGeneration;
  /** Certificates of all generations, the signing one first: for consumers that read a whole bundle. */
  readonly bundlePem: Output<string>;
  /**
   * The same certificates and all CAs above them, for consumers that build chains up to a root (OpenSSL, and so Node.js
   * and Python).
   */
  readonly bundleToRootPem: Output<string>;
  /** Whether a generation is below an imported root. Only then do the two bundles differ. */
  readonly isBelowRoot: boolean;
  /** Certificates of all generations by generation name. */
  readonly certificates: Output<
    Record<string, IssuedCertificate & { readonly state: GenerationState }>
  >;

  constructor(name: string, args: CertificateAuthorityArgs, opts?: ComponentResourceOptions) {
    const facts: Facts = { authority: factsOf(args) };
    super("countersign:pki:CertificateAuthority", name, facts, opts);

    const generations = Object.entries(args.generations)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([generation, settings]) =>
        settings.kind === "existing"
          ? this.adopt(`${name}-${generation}`, generation, settings)
          : this.create(`${name}-${generation}`, generation, args.subject, settings),
      );

    const signing = generations.filter(({ state }) => state === "signing");
    const [signer] = signing;
    if (!signer?.privateKeyPem || signing.length > 1) {
      throw new Error(
        `CertificateAuthority "${name}" needs exactly one signing generation with its key`,
      );
    }
    const identified = <T extends { readonly name: string }>(generation: T) => ({
      ...generation,
      id: generationId(name, generation.name),
    });
    this.generations = generations.map(({ name: generation, state, certificatePem }) =>
      identified({ name: generation, state, certificatePem }),
    );
    this.signing = identified({
      ...signer,
      privateKeyPem: signer.privateKeyPem,
      signedRequests: args.signedRequests,
    });
    this.bundlePem = bundleOf(
      signer.certificatePem,
      generations.filter((each) => each !== signer).map(({ certificatePem }) => certificatePem),
    );

    const above = Object.values(args.generations).flatMap((generation) =>
      generation.kind === "existing" ? (generation.chain ?? []) : [],
    );
    this.isBelowRoot = above.length > 0;
    this.bundleToRootPem = this.isBelowRoot
      ? this.bundlePem.apply((bundle) => withoutRepetition(bundle + above.join("")))
      : this.bundlePem;

    this.certificates = all(
      generations.map(({ name: generation, state, certificatePem }) =>
        certificatePem.apply((pem) => [generation, { state, ...describe(pem) }] as const),
      ),
    ).apply((entries) => Object.fromEntries(entries));

    // The private key is not an output: its own resource already stores it.
    this.registerOutputs({ bundlePem: this.bundlePem });
  }

  private create(
    name: string,
    generation: string,
    subject: Subject,
    { state, algorithm = "ECDSA-P256", validityHours = TEN_YEARS_H }: CreatedGeneration,
  ) {
    // A new key would replace the certificate, so the key's algorithm is as immutable as the certificate.
    const key = privateKey(`${name}-key`, algorithm, {
      parent: this,
      ignoreChanges: KEY_SPECIFICATION,
    });
    const certificate = new SelfSignedCert(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        subject: {
          commonName: subject.commonName,
          ...(subject.organization && { organization: subject.organization }),
        },
        isCaCertificate: true,
        setSubjectKeyId: true,
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: validityHours,
        earlyRenewalHours: 0,
      },
      { parent: this, ignoreChanges: IMMUTABLE },
    );
    // The certificate's own resource replaces itself once it has expired, whatever its options say. This memory
    // distinguishes such a replacement, which is refused, from a first creation.
    const first = rememberFirst(name, { certificate: certificate.certPem }, this);
    first.keepers.apply(async (keepers) => {
      const original = recalled(keepers);
      if (original && (await willBeMade(certificate.certPem))) {
        throw replaced(generation, original);
      }
    });
    const certificatePem = certificate.certPem.apply(async (pem) => {
      const keepers = await valueForCheck(first.keepers);
      const original = keepers === undefined ? { certificate: pem } : recalled(keepers);
      if (original?.certificate !== pem)
        throw replaced(generation, original ?? { certificate: pem });
      checkUnchanged(generation, pem, subject, algorithm, validityHours);
      return pem;
    });
    // Whoever signs uses the key with the certificate, which depends on it.
    const privateKeyPem = withoutDependencies(key.privateKeyPem);
    return { name: generation, state, certificatePem, privateKeyPem };
  }

  private adopt(name: string, generation: string, settings: ExistingGeneration) {
    const { state, certificate, key, chain = [] } = settings;
    const read = readCertificate(certificate);
    const problem = exposedKeyProblem(read);
    if (problem !== undefined) throw refusal(`CA generation "${generation}" ${problem}`);
    const above = chain.map((pem) => readCertificate(pem));
    const { findings, path } = pathAbove(read, above);
    for (const { message } of findings) throw refusal(`CA generation "${generation}": ${message}`);
    const given = asBefore(certificate.replaceAll("\r\n", "\n"), read.pem);
    const first = rememberFirst(name, { certificate: given, origin: "existing" }, this);
    // Keep the first PEM: a different PEM of the same certificate would roll all its consumers.
    const certificatePem = first.keepers.apply((keepers) => {
      const original = recalled(keepers)?.certificate ?? given;
      checkSame(generation, original, given);
      return original;
    });
    return {
      name: generation,
      state,
      certificatePem,
      ...(path.length > 0 && {
        sentPem: [read, ...path.slice(0, -1)].map(({ pem }) => pem).join(""),
      }),
      ...(key !== undefined && {
        privateKeyPem: secret(key).apply((text) => asBefore(text, canonicalKey(text, generation))),
      }),
    };
  }
}

/**
 * Inputs to ignore, so that no configuration change can replace a CA certificate. checkUnchanged explains what to do
 * instead.
 */
const IMMUTABLE = [
  "subject",
  "validityPeriodHours",
  "allowedUses",
  "isCaCertificate",
  "setSubjectKeyId",
];

const TEN_YEARS_H = 10 * 365 * 24;

function factsOf({ generations }: CertificateAuthorityArgs): AuthorityFacts {
  const entries = Object.entries(generations).map(([name, settings]) => [
    name,
    {
      state: settings.state,
      ...(settings.kind === "existing" && {
        certificate: readCertificate(settings.certificate).pem,
        ...(settings.chain && { above: settings.chain.map((pem) => readCertificate(pem).pem) }),
      }),
    },
  ]);
  return { generations: Object.fromEntries(entries) as AuthorityFacts["generations"] };
}

function canonicalKey(text: string, generation: string): string {
  return readPem(text, PRIVATE_KEY_LABELS, `the key of CA generation "${generation}"`).pem;
}

/**
 * Returns the canonical form of a text, unless the text differs from it only in its line ends: if the text given to the
 * signer changes, every certificate that the CA signed is replaced.
 */
function asBefore(text: string, canonical: string): string {
  const lines = (pem: string) => pem.trimEnd().split(/\r?\n/);
  return lines(text).join("\n") === lines(canonical).join("\n") ? text : canonical;
}

function checkUnchanged(
  generation: string,
  pem: string,
  subject: Subject,
  algorithm: KeyAlgorithm,
  validityHours: number,
): void {
  const certificate = readCertificate(pem);
  const issuedHours = Math.round(
    (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 3_600_000,
  );
  const differences = [
    ["algorithm", certificate.keyAlgorithm, algorithm],
    ["validity in hours", issuedHours, validityHours],
    ["subject CN", certificate.subject.commonNames.join() || "none", subject.commonName],
    [
      "subject O",
      certificate.subject.organizations.join() || "none",
      subject.organization ?? "none",
    ],
  ].filter(([, issued, asked]) => issued !== asked);
  if (differences.length === 0) return;
  const text = differences
    .map(([what, issued, asked]) => `${what} is ${issued}, config says ${asked}`)
    .join("; ");
  throw refusal(
    `CA generation "${generation}" exists and is never changed in place (${text}): restore the old settings and add a new generation`,
  );
}
