import { containerOf } from "../../../components/choreo-connect/chart";
import { PARTS } from "../../../components/choreo-connect/party";
import { CONFIG_TOML, ROUTER_BUNDLE, SECURITY } from "../../../components/choreo-connect/paths";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { ReleaseRef } from "../../../command/stack-outputs";
import type { Consumer } from "../../../verify/pod-view";
import { readRelease } from "../../../verify/release";
import { REPAIR } from "../../../verify/todo";
import { PATH_VARIABLES, type PartView } from "./part-view";

const GATEWAY: Consumer = {
  mountsBelow: SECURITY,
  pathVariables: PATH_VARIABLES,
  paths: [SECURITY, CONFIG_TOML, ROUTER_BUNDLE],
};

/** Returns what the parts find in their containers in the cluster. */
export async function deployedParts(
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
