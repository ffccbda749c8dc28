import type { Redraw, ReleaseChange } from "../model";
import type { Stated } from "../plan";
import type { Drawn } from "./manifests-part";

/**
 * What an upgrade touches beside what it is for, because the chart draws it at random: what its rendered manifests show, with
 * what its component says of it; without manifests, all that the component says.
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
