import { posix } from "node:path";
import { stringify } from "yaml";
import { tlsVariables, tokenVariables } from "./adapter/variables";
import { type Gateway } from "./gateway";
import { PARTS, type Part } from "./party";
import type { GatewayFile } from "./gateway-file";
import { CA_CERTIFICATES, CONTROL_PLANE_FILES, ROUTER_BUNDLE, TOKEN_PAIR } from "./paths";
import { certificateFileOf, chainOf, controlPlaneTrust, globalBundle } from "./trust";

/** Folders of the distribution with a docker-compose file (wso2/product-microgateway v1.2.0). */
export const COMPOSE_PROJECTS = ["choreo-connect", "choreo-connect-with-apim"] as const;
export type ComposeProject = (typeof COMPOSE_PROJECTS)[number];

export interface ComposeMaterial {
  readonly project: ComposeProject;
  /** PEM of each part's certificate. */
  readonly certificates: Readonly<Record<Part, string>>;
  /** PKCS#8 PEM of each part's key. */
  readonly keys: Readonly<Record<Part, string>>;
  /** The pair with which the enforcer signs tokens, as PEM. */
  readonly tokens: { readonly certificate: string; readonly key: string };
  /** PEM of the CA's generations, the signing one first. */
  readonly bundle: string;
}

/** The user of all three images, which reads the mounted files. */
export const CONTAINER_USER = 10500;

/**
 * Files of WSO2's docker-compose distribution that replace its public pair and its own trust, by their paths in it.
 *
 * Each part trusts its peers by `truststore/mg.pem`. For the enforcer this is also the certificate of its own tokens:
 * it reads the first one in the file (enforcer, util/TLSUtils.java), so the first is its own.
 */
export function composeFiles(gateway: Gateway, material: ComposeMaterial): GatewayFile[] {
  const { project, certificates, keys, tokens, bundle } = material;
  const caCertificates = globalBundle(gateway, bundle);
  const ofEnforcer = "docker-compose/resources/enforcer/security/keystore";
  return [
    ...PARTS.flatMap((part) => {
      const security = `docker-compose/resources/${part}/security`;
      const own = certificateFileOf(part, certificates[part], bundle);
      const trusted = chainOf(certificates[part], bundle);
      return [
        { path: `${security}/keystore/mg.key`, content: keys[part], isSecret: true },
        { path: `${security}/keystore/mg.pem`, content: own, isSecret: false },
        { path: `${security}/truststore/mg.pem`, content: trusted, isSecret: false },
      ];
    }),
    ...(["adapter", "enforcer"] as const).map((part) => ({
      path: `docker-compose/resources/${part}/security/truststore/${CONTROL_PLANE_FILES[part]}`,
      content: controlPlaneTrust(gateway, bundle),
      isSecret: false,
    })),
    {
      path: `${ofEnforcer}/${posix.basename(TOKEN_PAIR.key)}`,
      content: tokens.key,
      isSecret: true,
    },
    {
      path: `${ofEnforcer}/${posix.basename(TOKEN_PAIR.certificate)}`,
      content: tokens.certificate,
      isSecret: false,
    },
    ...(caCertificates === undefined
      ? []
      : [{ path: `docker-compose/${BUNDLE}`, content: caCertificates, isSecret: false }]),
    {
      path: `docker-compose/${project}/docker-compose.override.yaml`,
      content: override(gateway, caCertificates !== undefined),
      isSecret: false,
    },
  ];
}

const BUNDLE = `resources/router/security/${CA_CERTIFICATES}`;

/**
 * Creates a file that docker-compose reads automatically and merges with the distribution's own. config.toml needs no
 * change: the adapter's variables override it.
 */
function override({ upstreamTls }: Gateway, hasBundle: boolean): string {
  const variables = [...tlsVariables(upstreamTls), ...tokenVariables()];
  const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const services = {
    adapter: { environment },
    ...(hasBundle && { router: { volumes: [`../${BUNDLE}:${ROUTER_BUNDLE}:ro`] } }),
  };
  return stringify({ services }, { lineWidth: 0 });
}
