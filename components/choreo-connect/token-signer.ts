import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import type { LifePolicy } from "../pki";
import { ORGANIZATION } from "./party";

/**
 * The pair with which the enforcer signs the tokens that it sends to backends (SHA256withRSA, so the key is RSA).
 *
 * Its certificate is its own issuer. One from the CA would work as well for tokens, but whoever verifies the router's
 * certificate by the CA would then also admit the holder of this one.
 */
export class TokenSigner extends ComponentResource {
  /** The private key as PKCS#8 PEM; secret. */
  readonly privateKeyPem: Output<string>;
  readonly certificatePem: Output<string>;

  constructor(
    name: string,
    { validityHours, renewBeforeHours }: LifePolicy,
    opts?: ComponentResourceOptions,
  ) {
    super("countersign:choreo-connect:TokenSigner", name, {}, opts);
    const key = new PrivateKey(
      `${name}-key`,
      { algorithm: "RSA", rsaBits: 2048 },
      { parent: this },
    );
    const certificate = new SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { organization: ORGANIZATION, commonName: "backend tokens" },
        allowedUses: ["digital_signature"],
        validityPeriodHours: validityHours,
        earlyRenewalHours: renewBeforeHours,
      },
      { parent: this },
    );
    this.privateKeyPem = key.privateKeyPemPkcs8;
    this.certificatePem = certificate.certPem;
    this.registerOutputs({ certificatePem: this.certificatePem });
  }
}
