import type { PropertyChange } from "../../plan";
import type { SecretChanged } from "./differences";

/**
 * Which secret values change. Nothing of them is in a preview, but the engine, which knows them, says which it changes.
 *
 * @param changes of the resource.
 * @param input whose values are asked for, e.g. `values`.
 */
export function secretChanges(changes: readonly PropertyChange[], input: string): SecretChanged {
  const changed = changes.map(({ path }) => path).filter((path) => isWithin(path, input));
  return (path) => {
    const whole = path === "" ? input : path.startsWith("[") ? input + path : `${input}.${path}`;
    return changed.some((each) => isWithin(each, whole));
  };
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || (path.startsWith(whole) && /^[.[]/.test(path.slice(whole.length)));
}
