import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { stated } from "../../facts";
import { writePrivateKey, type KeyAlgorithm } from "../../x509";
import { KeyStoreSecret, TlsSecret, storePassword } from "../kubernetes";
import {
  certificateName,
  credentialsFacts,
  makeCredentials,
  type CredentialsArgs,
  type IssuedCertificate,
  type LifePolicy,
  type SigningGenerationArgs,
} from "../pki";
import { QuietComponent } from "../outputs";
import type { Service } from "./installation";
import { ORGANIZATION, partyOf, sourceOf } from "./service-table";

export interface ServiceCredentialsArgs extends LifePolicy {
  readonly service: Service;
  readonly namespace: Input<string>;
  readonly issuer: SigningGenerationArgs;
  /** Key algorithm. Services in Go need RSA: they read keys in PKCS#1, which has no other. */
  readonly algorithm: KeyAlgorithm;
  /** Password of its key store; secret. Services in Go have none. @default - a password is generated */
  readonly storePassword?: Input<string> | undefined;
}

/**
 * A service's key, its certificate, and the Secret in the form that it reads. One certificate serves in both roles, as
 * every service is called and calls.
 *
 * Services in Go send only the first certificate of their file (go-yaml-tools v1.0.2, pkg/tls). That suffices, because
 * everybody trusts the signing generation itself.
 */
export class ServiceCredentials extends QuietComponent {
  readonly certificate: Output<IssuedCertificate>;
  /** Name of the certificate. */
  readonly presents: string;
  readonly secret: Secret;

  constructor(name: string, args: ServiceCredentialsArgs, opts?: ComponentResourceOptions) {
    const { service, issuer, algorithm, validityHours, renewBeforeHours } = args;
    const asked: CredentialsArgs = {
      organization: ORGANIZATION,
      commonName: service.name,
      dnsNames: service.dnsNames,
      algorithm,
      issuer,
      role: "both",
      validityHours,
      renewBeforeHours,
      owner: partyOf(service.name),
      source: sourceOf(service.name),
    };
    super(
      "countersign:spinnaker:ServiceCredentials",
      name,
      stated(credentialsFacts(name, asked)),
      opts,
    );
    const child = { parent: this };
    const { certificatePem, chainPem, issued, privateKeyPem } = makeCredentials(name, asked, this, {
      identity: `${name}-server`,
    });
    this.presents = certificateName(name);
    this.certificate = issued;
    const pair = { namespace: args.namespace, certificatePem, privateKeyPem };
    this.secret =
      service.language === "java"
        ? new KeyStoreSecret(
            `${name}-keys`,
            {
              ...pair,
              certificatePem: chainPem,
              alias: service.name,
              password: storePassword(`${name}-store-password`, args.storePassword, child),
            },
            child,
          )
        : new TlsSecret(
            `${name}-keys`,
            {
              ...pair,
              privateKeyPem: privateKeyPem.apply((pem) =>
                writePrivateKey(pem, "pkcs1", `the key of ${service.name}`),
              ),
            },
            child,
          );
  }
}
