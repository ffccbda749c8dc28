import type { DeployedRelease } from "../../components/kubernetes/helm/release";
import type { GenerationState, IssuedCertificate } from "../../components/pki";
import type { Endpoint } from "../../components/substra/names";

/** The outputs of the program, as another stack reads them. */
export interface Outputs {
  readonly caBundle: string;
  readonly endpoint: { readonly internal: Endpoint; readonly external?: Endpoint };
  readonly certificates: {
    readonly authority: Readonly<
      Record<string, IssuedCertificate & { readonly state: GenerationState }>
    >;
    readonly orchestrator: IssuedCertificate;
    readonly organizations: Readonly<Record<string, IssuedCertificate>>;
  };
  readonly releases: {
    readonly orchestrator: DeployedRelease;
    readonly organizations: Readonly<Record<string, DeployedRelease>>;
  };
}
