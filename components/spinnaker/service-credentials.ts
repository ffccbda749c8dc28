import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { writePrivateKey, type KeyAlgorithm } from "../../x509";
import { KeyStoreSecret, TlsSecret, storePassword } from "../kubernetes";
import {
  Certificate,
  Identity,
  type IssuedCertificate,
  type LifePolicy,
  type SigningGeneration,
} from "../pki";
import type { Service } from "./installation";
import { ORGANIZATION, partyOf, sourceOf } from "./service-table";

export interface ServiceCredentialsArgs extends LifePolicy {
  readonly service: Service;
  readonly namespace: Input<string>;
  readonly issuer: SigningGeneration;
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
export class ServiceCredentials extends ComponentResource {
  readonly certificate: Output<IssuedCertificate>;
  /** Name of the component that owns the certificate. */
  readonly presents: string;
  readonly secret: Secret;

  constructor(name: string, args: ServiceCredentialsArgs, options?: ComponentResourceOptions) {
    super("countersign:spinnaker:ServiceCredentials", name, {}, options);
    const { service, algorithm } = args;
    const child = { parent: this };
    const asked = { organization: ORGANIZATION, commonName: service.name };
    const dnsNames = [...service.dnsNames];

    const identity = new Identity(`${name}-server`, { ...asked, dnsNames, algorithm }, child);
    this.presents = `${name}-certificate`;
    const certificate = new Certificate(
      this.presents,
      {
        requestPem: identity.requestPem,
        grant: { ...asked, dnsNames, keyAlgorithms: [algorithm], source: sourceOf(service.name) },
        owner: partyOf(service.name),
        issuer: args.issuer,
        role: "both",
        validityHours: args.validityHours,
        renewBeforeHours: args.renewBeforeHours,
      },
      child,
    );
    this.certificate = certificate.issued;
    const pair = {
      namespace: args.namespace,
      certificatePem: certificate.certificatePem,
      privateKeyPem: identity.privateKeyPem,
    };
    this.secret =
      service.language === "java"
        ? new KeyStoreSecret(
            `${name}-keys`,
            {
              ...pair,
              certificatePem: certificate.chainPem,
              alias: service.name,
              password: storePassword(`${name}-store-password`, args.storePassword, child),
            },
            child,
          )
        : new TlsSecret(
            `${name}-keys`,
            {
              ...pair,
              privateKeyPem: identity.privateKeyPem.apply((pem) =>
                writePrivateKey(pem, "pkcs1", `the key of ${service.name}`),
              ),
            },
            child,
          );
    // Nothing is stored twice: the private key is stored in its own resource.
    this.registerOutputs({ certificate: this.certificate });
  }
}
