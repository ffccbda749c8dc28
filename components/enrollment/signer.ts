import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { Accepted } from "../../enrollment/admission";
import type { AuthorityFacts, Facts } from "../../facts";

export interface SignerArgs {
  /** Admissions of the parties. */
  readonly accepted: readonly Accepted[];
}

/** A stack that signs for several parties of this one. It states the CAs that they trust, once for all of them. */
export class Signer extends ComponentResource {
  static readonly type = "countersign:enrollment:Signer";

  constructor(
    readonly name: string,
    args: SignerArgs,
    opts?: ComponentResourceOptions,
  ) {
    super(Signer.type, name, { authority: authorityFacts(args.accepted) } satisfies Facts, opts);
    this.registerOutputs({});
  }
}

/** Returns the CAs that parties trust, by the generation's name. The first admission with a generation describes it. */
export function authorityFacts(accepted: readonly Accepted[]): AuthorityFacts {
  const generations: AuthorityFacts["generations"] = {};
  for (const { admission, trusted } of accepted) {
    for (const { name, certificate } of trusted) {
      generations[name] ??= {
        state: admission.authorities[name]?.state ?? "trusted",
        certificate: certificate.pem,
      };
    }
  }
  return { generations };
}
