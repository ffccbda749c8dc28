import { posix } from "node:path";
import {
  composeFiles,
  type ComposeProject,
} from "../../../components/choreo-connect/compose-files";
import { PARTS } from "../../../components/choreo-connect/gateway";
import { CA_CERTIFICATES } from "../../../components/choreo-connect/trust";
import type { KeptMaterial } from "../../choreo-connect/outputs";
import type { ChoreoConnectStack } from "../../choreo-connect/stack";
import { ROUTER_BUNDLE, SECURITY, type PartView } from "./part-view";
import { plannedFile } from "./planned-file";
import { TODO } from "./todo";

/**
 * What the parts find if all that is exported for the docker-compose distribution is in its place.
 *
 * @param kept undefined if keys are not to be had.
 */
export function exportedParts(
  { gateway, caBundle, issued: { parts } }: ChoreoConnectStack,
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
  }).filter(({ content }) => content !== "");
  return PARTS.map((part) => {
    const folder = `docker-compose/resources/${part}/security`;
    const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
    return {
      part,
      environment: new Map(),
      files: new Map(
        own.map((file) => [inContainer(posix.relative(folder, file.path)), plannedFile(file)]),
      ),
      todo: TODO.exported,
    };
  });
}

/** The distribution binds each folder as a whole, and its override the bundle alone. */
function inContainer(path: string): string {
  return path === CA_CERTIFICATES ? ROUTER_BUNDLE : posix.join(SECURITY, path);
}
