import type { PlannedResource } from "../../../../cli/report/plan";
import { generationId, type Facts, type ServerMode } from "../../../../facts";
import { caPem, leafPem } from "./make-consortium";
import { makeComponent, makeResource, type Described } from "./make-plan";

/** A service that others call, and that calls others. */
export interface Service {
  readonly serves: ServerMode;
  /** @default - nobody */
  readonly dials?: readonly string[];
  /** @default true */
  readonly shows?: boolean;
  /** @default "g1"; null if it has no certificate */
  readonly issuer?: string | null;
  /** @default - only g1 */
  readonly trusts?: readonly string[];
}

export type Services = Readonly<Record<string, Service>>;

/** The resources of a plan with services of one CA, which has generations g1 and g2 on both sides. */
export function makeServices(
  before: Services | undefined,
  after: Services | undefined,
): PlannedResource[] {
  const authority: Facts = {
    authority: { generations: { g1: { state: "signing" }, g2: { state: "trusted" } } },
  };
  const ca = makeComponent("pki:CertificateAuthority", "ca", authority, authority);
  const generations = ["g1", "g2"].map((name) =>
    makeResource({
      type: "tls:index/selfSignedCert:SelfSignedCert",
      name: `ca-${name}`,
      parent: ca,
      before: { outputs: { certPem: caPem(name) } },
      after: {},
    }),
  );
  const names = [...new Set([before, after].flatMap((side) => Object.keys(side ?? {})))].sort();
  return [
    ca,
    ...generations,
    makeComponent("spinnaker:Spinnaker", "spinnaker", peersOf(before), peersOf(after)),
    ...names.flatMap((name) => makeCertificate(name, before?.[name], after?.[name])),
  ];
}

function peersOf(side: Services | undefined): Facts | undefined {
  return (
    side && {
      peers: Object.entries(side).map(
        ([party, { serves, dials = [], shows, trusts = ["g1"] }]) => ({
          party,
          source: `spinnaker.services.${party}`,
          presents: `${party}-certificate`,
          trusts: trusts.map((name) => generationId("ca", name)),
          dials: [...dials],
          ...(shows !== undefined && { shows }),
          serves,
        }),
      ),
    }
  );
}

/** @param described of the certificate's own resource. */
export function makeCertificate(
  owner: string,
  was: Service | undefined,
  is: Service | undefined,
  described: Partial<Described> = {},
): PlannedResource[] {
  const [old, coming] = [issuerOf(was), issuerOf(is)];
  const facts = (issuer: string | undefined): Facts | undefined =>
    issuer === undefined
      ? undefined
      : {
          certificates: {
            [`${owner}-certificate`]: {
              owner,
              source: `spinnaker.services.${owner}`,
              origin: "issued",
              issuer: generationId("ca", issuer),
              renewBeforeHours: 720,
            },
          },
        };
  if (old === undefined && coming === undefined) return [];
  const name = `${owner}-certificate`;
  const component = makeComponent("pki:Certificate", name, facts(old), facts(coming));
  const leaf = makeResource({
    type: "tls:index/locallySignedCert:LocallySignedCert",
    name,
    parent: component,
    ...(old !== undefined && coming !== undefined && old !== coming && { operation: "replace" }),
    before:
      old === undefined
        ? undefined
        : { inputs: { caCertPem: caPem(old) }, outputs: { certPem: leafPem(owner, old) } },
    after: coming === undefined ? undefined : { inputs: { caCertPem: caPem(coming) } },
    ...described,
  });
  return [component, leaf];
}

function issuerOf(service: Service | undefined): string | undefined {
  return service === undefined || service.issuer === null ? undefined : (service.issuer ?? "g1");
}
