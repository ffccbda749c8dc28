import { ComponentResource } from "@pulumi/pulumi";
import {
  CertificateAuthority,
  credentialsFacts,
  makeCredentials,
  type Credentials,
  type CredentialsArgs,
} from "../../../components/pki";

/**
 * Returns a program with a party whose certificate is renewed 300 hours before its end.
 *
 * @param ca the CA, with its key.
 */
export function partyProgram(
  ca: { readonly certificate: string; readonly key: string },
  args: Partial<CredentialsArgs>,
): () => Party {
  return () => {
    const { signing } = new CertificateAuthority("ca", {
      subject: { commonName: "not used" },
      generations: { g1: { kind: "existing", state: "signing", ...ca } },
    });
    return new Party("org-1", {
      organization: "MyOrg1MSP",
      commonName: "org-1",
      algorithm: "ECDSA-P256",
      issuer: signing,
      role: "client",
      validityHours: 900,
      renewBeforeHours: 300,
      source: "organizations.MyOrg1MSP",
      ...args,
    });
  };
}

/** A party with nothing but its key and certificate. */
export class Party extends ComponentResource {
  readonly credentials: Credentials;

  constructor(name: string, args: CredentialsArgs) {
    super("test:index:Party", name, credentialsFacts(name, args));
    this.credentials = makeCredentials(name, args, this, { identity: `${name}-identity` });
    this.registerOutputs({});
  }
}
