import { posix } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ReleaseRef } from "../../../command/stack-outputs";
import { containerOf } from "../../../components/choreo-connect/chart";
import {
  composeFiles,
  type ComposeProject,
  type GatewayFile,
} from "../../../components/choreo-connect/gateway-files";
import { PARTS } from "../../../components/choreo-connect/party";
import {
  CA_CERTIFICATES,
  CONFIG_TOML,
  ROUTER_BUNDLE,
  SECURITY,
} from "../../../components/choreo-connect/paths";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { Consumer } from "../../../verify/pod-view";
import { readRelease } from "../../../verify/release";
import type { ChoreoConnectStack, KeptMaterial } from "../outputs";
import { PATH_VARIABLES, type PartView } from "./part-view";
import { TODO, plannedFile, type Access } from "./surroundings";

/** Returns what the parts of the gateway find when they start, or would find with the exported files. */
export async function readParts(
  { cluster, kept }: Access,
  whole: Checklist,
  stack: ChoreoConnectStack,
): Promise<readonly PartView[]> {
  const { target, release } = stack;
  if (target.kind === "compose") {
    whole.pass(
      "exported",
      "others run it with docker-compose: the files that `countersign choreo-connect export` writes now are checked, but not whether they are in place",
    );
    return exportedParts(stack, target.project, kept);
  }
  if (cluster !== undefined && release !== undefined) {
    return deployedParts(cluster, release, whole);
  }
  whole.fail("release", "the stack's outputs name no release of it.", REPAIR.release);
  return [];
}

const GATEWAY: Consumer = {
  mountsBelow: SECURITY,
  pathVariables: PATH_VARIABLES,
  paths: [SECURITY, CONFIG_TOML, ROUTER_BUNDLE],
};

/** Returns what the parts find in their containers in the cluster. */
async function deployedParts(
  cluster: Cluster,
  release: ReleaseRef,
  list: Checklist,
): Promise<readonly PartView[]> {
  const found = await readRelease(cluster, release, GATEWAY, list);
  const views = PARTS.flatMap((part) =>
    found
      .filter(({ container }) => container.name === containerOf(part))
      .map(({ environment, files }): PartView => {
        return { part, environment, files, todo: REPAIR.objects };
      }),
  );
  const missing = PARTS.filter((part) => !views.some((view) => view.part === part));
  if (found.length > 0 && missing.length > 0) {
    const names = missing.map(containerOf).join(", ");
    list.fail("files", `no container ${names} mounts anything below ${SECURITY}.`, REPAIR.release);
  }
  return views;
}

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
  const { router = "", enforcer = "", adapter = "" } = kept?.parts ?? {};
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
