import { Output, all, output, secret, type Input } from "@pulumi/pulumi";
import { readCertificate } from "../../x509";

/**
 * State of a generation. `trusted`: consumers accept what it signed. `signing`: it also signs; exactly one generation
 * does.
 */
export type GenerationState = "trusted" | "signing";

/** The public side of a generation, as components take it. */
export interface TrustedGenerationArgs {
  readonly name: string;
  /** Its unique name among all CAs of the stack, for reports. @default - the name */
  readonly id?: string;
  /** The generation's certificate, one PEM block. */
  readonly certificatePem: Input<string>;
}

/** The signing generation, as components take it. */
export interface SigningGenerationArgs extends TrustedGenerationArgs {
  /** The CA's private key as PEM; kept secret. */
  readonly privateKeyPem: Input<string>;
  /**
   * CAs that the holder of a certificate sends after it (RFC 8446 section 4.4.2): this CA and those above it, without
   * the root, as PEM.
   * @default - the CA is a root, and nothing is sent
   */
  readonly sentPem?: string;
  /** Requests in PEM that it signed for this stack before. @default - none are known */
  readonly signedRequests?: readonly string[] | undefined;
}

/**
 * A certificate authority, as components take it: a `CertificateAuthority`, or what one has, as plain values or
 * outputs, for a CA that another program or stack manages.
 */
export interface AuthorityArgs {
  readonly signing: SigningGenerationArgs;
  /** All generations that are trusted, with the signing one. @default - the signing one */
  readonly generations?: readonly TrustedGenerationArgs[];
  /** Certificates of all generations, the signing one first. @default - from `generations` */
  readonly bundlePem?: Input<string>;
  /** The same certificates and all CAs above them. @default - `bundlePem`, as the CA is a root */
  readonly bundleToRootPem?: Input<string>;
}

/** The public side of a generation. */
export interface TrustedGeneration extends TrustedGenerationArgs {
  readonly id: string;
  readonly state: GenerationState;
  readonly certificatePem: Output<string>;
}

/** The signing generation, with its private key. */
export interface SigningGeneration extends SigningGenerationArgs {
  readonly id: string;
  readonly state: GenerationState;
  readonly certificatePem: Output<string>;
  /** The CA's private key; secret. */
  readonly privateKeyPem: Output<string>;
}

/** A certificate authority with all that components need of it. */
export interface Authority extends AuthorityArgs {
  readonly signing: SigningGeneration;
  readonly generations: readonly TrustedGeneration[];
  readonly bundlePem: Output<string>;
  readonly bundleToRootPem: Output<string>;
}

/** Completes what a component was given as its CA. */
export function authorityOf(given: AuthorityArgs): Authority {
  const signing = signingOf(given.signing);
  const generations = (given.generations ?? [given.signing]).map(
    (generation): TrustedGeneration => ({
      name: generation.name,
      id: generation.id ?? generation.name,
      state: generation.name === signing.name ? "signing" : "trusted",
      certificatePem: asOutput(generation.certificatePem),
    }),
  );
  if (!generations.some(({ name }) => name === signing.name)) {
    throw new Error(
      `the generations of a CA are ${generations.map(({ name }) => name).join(", ") || "none"}, without "${signing.name}", which signs: add it to \`generations\``,
    );
  }
  const others = generations.filter(({ name }) => name !== signing.name);
  const bundlePem =
    given.bundlePem === undefined
      ? bundleOf(
          signing.certificatePem,
          others.map(({ certificatePem }) => certificatePem),
        )
      : asOutput(given.bundlePem);
  const { bundleToRootPem = bundlePem } = given;
  return { signing, generations, bundlePem, bundleToRootPem: asOutput(bundleToRootPem) };
}

/** Completes what a component was given as its signing generation. */
export function signingOf(given: SigningGenerationArgs): SigningGeneration {
  return {
    ...given,
    id: given.id ?? given.name,
    state: "signing",
    certificatePem: asOutput(given.certificatePem),
    privateKeyPem: secret(given.privateKeyPem),
  };
}

function asOutput(value: Input<string>): Output<string> {
  return Output.isInstance<string>(value) ? value : output(value);
}

/** Joins the certificates of a CA's generations, the signing one first. */
export function bundleOf(
  signing: Output<string>,
  others: readonly Output<string>[],
): Output<string> {
  return all([signing, ...others]).apply(([first = "", ...rest]) =>
    [first, ...longestFirst(rest)].map((pem) => `${pem.trimEnd()}\n`).join(""),
  );
}

/**
 * Reorders certificates with the same subject and key so that the one that expires last comes first. BoringSSL
 * considers only the first of them, and refuses what the CA has signed if that one has expired.
 */
function longestFirst(certificates: readonly string[]): string[] {
  const read = certificates.map((pem) => ({ pem, ...caIn(pem) }));
  return read.map(({ ca }, place) => {
    const same = read.filter((each) => each.ca === ca);
    const before = read.slice(0, place).filter((each) => each.ca === ca).length;
    return same.sort((one, other) => other.end - one.end)[before]?.pem ?? "";
  });
}

/** Identifies the CA of a certificate, and when the certificate expires. */
function caIn(pem: string) {
  const { subject, publicKeyFingerprint, notAfter } = readCertificate(pem);
  return { ca: `${subject.der} ${publicKeyFingerprint}`, end: notAfter.getTime() };
}
