import { ComponentResource } from "@pulumi/pulumi";
import {
  credentialsFacts,
  makeCredentials,
  type Credentials,
  type CredentialsArgs,
} from "../../../components/pki";

/** A party with nothing but its key and certificate. */
export class Party extends ComponentResource {
  readonly credentials: Credentials;

  constructor(name: string, args: CredentialsArgs) {
    super("test:index:Party", name, credentialsFacts(name, args));
    this.credentials = makeCredentials(name, args, this, { identity: `${name}-identity` });
    this.registerOutputs({});
  }
}
