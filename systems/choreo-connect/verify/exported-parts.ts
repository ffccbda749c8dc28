import { posix } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import {
  composeFiles,
  type ComposeProject,
  type GatewayFile,
} from "../../../components/choreo-connect/gateway-files";
import { PARTS } from "../../../components/choreo-connect/party";
import { CA_CERTIFICATES, ROUTER_BUNDLE, SECURITY } from "../../../components/choreo-connect/paths";
import type { KeptMaterial } from "../outputs";
import type { ChoreoConnectStack } from "../export/stack";
import type { PartView } from "./part-view";
import { plannedFile } from "./planned-file";
import { TODO } from "./todo";

/**
 * Returns what the parts find if all files that are exported for the docker-compose distribution are in place.
 *
 * @param kept keys; undefined if they are not available.
 */
export function exportedParts(
  { gateway, caBundle, issued: { parts, tokenCertificate } }: ChoreoConnectStack,
  project: ComposeProject,
  kept: KeptMaterial | undefined,
): PartView[] {
  const keys = kept?.parts ?? {};
  const { router = "", enforcer = "", adapter = "" } = keys;
  const files = composeFiles(gateway, {
    project,
    bundle: caBundle,
    certificates: {
      router: parts.router.certificate,
      enforcer: parts.enforcer.certificate,
      adapter: parts.adapter.certificate,
    },
    keys: { router, enforcer, adapter },
    tokens: { certificate: tokenCertificate, key: kept?.tokenSigner ?? "" },
  }).filter(({ content }) => content !== "");
  return PARTS.map((part) => {
    const folder = `docker-compose/resources/${part}/security`;
    const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
    return {
      part,
      environment: environmentOf(part, files),
      files: new Map(
        own.map((file) => [inContainer(posix.relative(folder, file.path)), plannedFile(file)]),
      ),
      todo: TODO.exported,
    };
  });
}

const override = z.object({
  services: z.record(
    z.string(),
    z.object({ environment: z.record(z.string(), z.string()).default({}) }),
  ),
});

/** Returns the variables that are added to a part's. Those of the distribution contain the default paths. */
function environmentOf(part: string, files: readonly GatewayFile[]): ReadonlyMap<string, string> {
  const file = files.find(({ path }) => path.endsWith("/docker-compose.override.yaml"));
  const { services } = override.parse(parse(file?.content.toString() ?? ""));
  return new Map(Object.entries(services[part]?.environment ?? {}));
}

/** Returns a file's path in a container. The distribution mounts whole folders, and its override only the bundle. */
function inContainer(path: string): string {
  return path === CA_CERTIFICATES ? ROUTER_BUNDLE : posix.join(SECURITY, path);
}
