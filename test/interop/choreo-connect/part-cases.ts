import { join } from "node:path";
import type { Gateway } from "../../../components/choreo-connect/gateway";
import { RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
import type { Helm } from "../../integration/charts/helm";
import type { Issued } from "../java/issue";
import { P256 } from "../openssl";
import { inCluster, type Containers, type Material } from "./containers";
import { Authorities, DNS_NAMES, type Leaf, type Leaves } from "./part-certificates";

/** Returns a gateway without backends, with an API Manager, because without one the CA is in two more trust stores. */
export function bareGateway(apiManager: Leaf): Gateway {
  return {
    dnsNames: DNS_NAMES,
    backends: [],
    apis: {},
    publicCas: {},
    upstreamTls: RECOMMENDED,
    controlPlane: apiManager.certificatePem,
  };
}

/** Phases of a rotation: one generation; a second one that does not sign yet; the second one signs; only it is left. */
export const PHASES = ["before", "prepared", "switched", "retired"] as const;
export type Phase = (typeof PHASES)[number];

/** Material of the test's gateways. */
export interface PartCases {
  readonly authorities: Authorities;
  readonly g1: Issued;
  readonly g2: Issued;
  readonly tokens: Leaf;
  readonly apiManager: Leaf;
  readonly materials: Readonly<
    Record<
      | Phase
      /** Material before a rotation, with new certificates of the same CA. */
      | "renewed"
      /**
       * Files with only a part's own certificate: before a renewal, and after one of the router's certificate or of
       * the others'.
       */
      | "single"
      | "singleRouter"
      | "singleOthers"
      /** Pairs from another CA with the same name, but with the same trusted CAs. */
      | "impostor"
      /** The enforcer's pair in place of the adapter's. */
      | "posing",
      Material
    >
  >;
  readonly keys: UnusableKeys;
}

/** Keys that adapter and enforcer cannot use, with certificates for them. */
export interface UnusableKeys {
  /** The keys of `before`, in the form that OpenSSL wrote for decades. */
  readonly "PKCS#1": Leaves;
  readonly "ECDSA-P256": Leaves;
}

export async function partCases(folder: string): Promise<PartCases> {
  const authorities = new Authorities(folder);
  const [g1, g2, foreign] = [
    await authorities.ca(),
    await authorities.ca(),
    await authorities.ca(),
  ];
  const tokens = await authorities.alone("tokens");
  const apiManager = await authorities.alone("apim");
  const first = await authorities.parts(g1);
  const second = await authorities.renewed(first, g2);
  const again = await authorities.renewed(first, g1);
  const [one, both] = [g1.certificatePem, g1.certificatePem + g2.certificatePem];
  const fileOf = (_: unknown, leaf: string) => leaf;
  return {
    ...{ authorities, g1, g2, tokens, apiManager },
    materials: {
      before: { leaves: first, bundle: one, tokens },
      prepared: { leaves: first, bundle: both, tokens },
      switched: { leaves: second, bundle: g2.certificatePem + one, tokens },
      retired: { leaves: second, bundle: g2.certificatePem, tokens },
      renewed: { leaves: again, bundle: one, tokens },
      single: { leaves: first, bundle: one, tokens, fileOf },
      singleRouter: {
        leaves: { ...first, router: again.router },
        ...{ bundle: one, tokens, fileOf },
      },
      singleOthers: {
        leaves: { ...again, router: first.router },
        ...{ bundle: one, tokens, fileOf },
      },
      impostor: { leaves: await authorities.parts(foreign), bundle: one, tokens },
      posing: { leaves: { ...first, adapter: first.enforcer }, bundle: one, tokens },
    },
    keys: {
      "PKCS#1": await authorities.traditional(first),
      "ECDSA-P256": await authorities.parts(g1, P256),
    },
  };
}

/** Creates the containers of each material, by its name. */
export async function containersOf<Name extends string>(
  helm: Helm,
  gateway: Gateway,
  materials: Readonly<Record<Name, Material>>,
  folder: string,
): Promise<Readonly<Record<Name, Containers>>> {
  const made: [string, Containers][] = [];
  for (const [name, material] of Object.entries<Material>(materials))
    made.push([name, await inCluster(helm, gateway, material, join(folder, name))]);
  return Object.fromEntries(made) as Record<Name, Containers>;
}
