import type { Redraw, ReleaseChange } from "../model";
import type { Stated } from "../plan";
import type { Drawn } from "./manifests-part";

/**
 * What an upgrade also changes because the chart generates it at random: what its rendered manifests show, with the
 * consequences that its component states; without manifests, all that the component states.
 */
export function redrawsOf(
  operation: ReleaseChange["operation"],
  component: Stated | undefined,
  drawn: Drawn | undefined,
): Redraw[] {
  if (operation !== "upgraded" && operation !== "replaced") return [];
  const known = component?.after?.redraws ?? [];
  if (drawn === undefined) {
    return known.map(({ object, field, consequence }) => ({
      ...{ object, fields: [field], consequence, mayStay: false },
    }));
  }
  return drawn.objects.map(({ object, fields }) => {
    const fact = known.find((each) => each.object === object && fields.includes(each.field));
    const mayStay = fact === undefined && drawn.looksUp;
    return { object, fields, consequence: fact?.consequence, mayStay };
  });
}
