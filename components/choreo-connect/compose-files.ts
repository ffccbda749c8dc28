import { stringify } from "yaml";
import { PARTS, type Gateway, type Part } from "./gateway";
import type { GatewayFile } from "./gateway-file";
import {
  CA_CERTIFICATES,
  CONTROL_PLANE_FILES,
  certificateFileOf,
  chainOf,
  controlPlaneTrust,
  globalBundle,
} from "./trust";
import { withUpstreamTls } from "./upstream-tls/config-toml";

/** Folders of the distribution with a docker-compose file (wso2/product-microgateway v1.2.0). */
export const COMPOSE_PROJECTS = ["choreo-connect", "choreo-connect-with-apim"] as const;
export type ComposeProject = (typeof COMPOSE_PROJECTS)[number];

export interface ComposeMaterial {
  readonly project: ComposeProject;
  /** PEM of each part's certificate. */
  readonly certificates: Readonly<Record<Part, string>>;
  /** PKCS#8 PEM of each part's key. */
  readonly keys: Readonly<Record<Part, string>>;
  /** PEM of the CA's generations, the signing one first. */
  readonly bundle: string;
}

/** The user of all three images, who reads the files that are mounted. */
export const CONTAINER_USER = 10500;

/**
 * The files of WSO2's docker-compose distribution that take the place of its public pair and of its own trust, by their paths in it.
 *
 * `truststore/mg.pem` is what each part trusts its peers by, and to the enforcer also the certificate of its own tokens: it reads
 * the first one in the file (enforcer, util/TLSUtils.java), so that is its own.
 */
export function composeFiles(gateway: Gateway, material: ComposeMaterial): GatewayFile[] {
  const { project, certificates, keys, bundle } = material;
  const caCertificates = globalBundle(gateway, bundle);
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
      path: `docker-compose/${project}/conf/upstream-tls.toml`,
      content: withUpstreamTls("", gateway.upstreamTls).trimStart(),
      isSecret: false,
    },
    ...(caCertificates === undefined ? [] : bundleFiles(project, caCertificates)),
  ];
}

/** docker-compose reads the override by itself, and adds its mount to those of the router. */
function bundleFiles(project: ComposeProject, content: string): GatewayFile[] {
  const inResources = `resources/router/security/${CA_CERTIFICATES}`;
  const override = {
    services: {
      router: { volumes: [`../${inResources}:/etc/ssl/certs/${CA_CERTIFICATES}:ro`] },
    },
  };
  return [
    { path: `docker-compose/${inResources}`, content, isSecret: false },
    {
      path: `docker-compose/${project}/docker-compose.override.yaml`,
      content: stringify(override, { lineWidth: 0 }),
      isSecret: false,
    },
  ];
}
