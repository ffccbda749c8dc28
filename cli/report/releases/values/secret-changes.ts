import type { PropertyChange } from "../../plan";
import type { SecretChanged } from "./differences";

/**
 * Returns which secret values change. A preview does not contain them, but the engine says which of them it changes.
 *
 * @param changes of the resource.
 * @param input that contains the values, e.g. `values`.
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
