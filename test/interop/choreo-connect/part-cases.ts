import { join } from "node:path";
import type { Gateway } from "../../../components/choreo-connect/gateway";
import { RECOMMENDED } from "../../../components/choreo-connect/upstream-tls/policy";
import type { Helm } from "../../integration/charts/helm";
import type { Issued } from "../java/issue";
import { P256 } from "../openssl";
import { inCluster, type Containers, type Material } from "./containers";
import { Authorities, DNS_NAMES, type Leaf, type Leaves } from "./part-certificates";

/** A gateway without backends. An API Manager is there, as without one the CA is in two truststores more. */
export function bareGateway(apiManager: Leaf): Gateway {
  return {
    dnsNames: DNS_NAMES,
    backends: new Map(),
    apis: new Map(),
    publicCas: {},
    upstreamTls: RECOMMENDED,
    controlPlane: apiManager.certificatePem,
  };
}

/** In the order of a rotation: the CA has one generation, two of which the older or the newer one signs, and one again. */
export const PHASES = ["before", "prepared", "switched", "retired"] as const;
export type Phase = (typeof PHASES)[number];

/** What the test's gateways are made of. */
export interface PartCases {
  readonly authorities: Authorities;
  readonly g1: Issued;
  readonly g2: Issued;
  readonly tokens: Leaf;
  readonly apiManager: Leaf;
  readonly materials: Readonly<
    Record<
      | Phase
      /** Before a rotation, with new certificates of the same CA. */
      | "renewed"
      /** With nothing but its own certificate in a part's file: before a renewal, and with a new one for the router, or the others. */
      | "single"
      | "singleRouter"
      | "singleOthers"
      /** Everything of a CA that has the name of ours, but for whom it trusts. */
      | "impostor"
      /** The enforcer's pair in the adapter's place. */
      | "posing",
      Material
    >
  >;
  readonly keys: UnusableKeys;
}

/** Keys that adapter and enforcer cannot use, with certificates for them. */
export interface UnusableKeys {
  /** The key of `before`, as OpenSSL wrote it for decades. */
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

/** Containers of each material, by its name. */
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
