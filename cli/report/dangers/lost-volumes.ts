import type { ObjectChange, ReleaseChange } from "../model";
import { isUnknown } from "../value";
import type { Loss } from "./loss";
import { listed } from "../words";

/** Data of objects that are removed from a release that stays, such as a bundled database that another one replaces. */
export function lostVolumes(releases: readonly ReleaseChange[]): Loss[] {
  return releases
    .filter(({ operation }) => operation === "upgraded")
    .flatMap((release) => {
      const objects = "objects" in release.manifests ? release.manifests.objects : [];
      return objects.flatMap((object) => lossOf(object, release));
    });
}

function lossOf(
  { kind, name, operation, data }: ObjectChange,
  { name: release, namespace }: ReleaseChange,
): Loss[] {
  if (operation !== "removed" || data === undefined) return [];
  const where = isUnknown(namespace) ? "" : ` in namespace ${namespace}`;
  const subject = `Helm release ${release}${where} no longer has ${kind} ${name}`;
  const claims = `persistent volume claim${data.claims.length > 1 ? "s" : ""} ${listed(data.claims)}`;
  return data.isLost
    ? [
        {
          text: `${subject}: the data of ${claims} is lost.`,
          todo: "Back up its data first, if it is still needed.",
        },
      ]
    : [
        {
          text: `${subject}: its data stays behind in ${claims}, and nothing moves it to what replaces it.`,
          todo: "Back up its data first, and restore it where it belongs now, if it is still needed.",
        },
      ];
}
