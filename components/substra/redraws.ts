import lt from "semver/functions/lt";
import type { RedrawFacts } from "../../facts";

/** The first version that keeps the key in a Secret. Before, the server generated one on every start. */
const SERVER_KEY_SINCE = "22.7.0";

/**
 * Values that each upgrade of a backend generates at random (chart substra-backend 22.7.0 to 26.15.3,
 * `templates/secret-server-key.yaml`): Django's SECRET_KEY, which signs sessions and tokens. No value of the chart
 * prevents it.
 */
export function backendRedraws(releaseName: string, version: string): RedrawFacts[] {
  if (lt(version, SERVER_KEY_SINCE)) return [];
  return [
    {
      object: `Secret ${releaseName}-substra-backend-server-key`,
      field: "SECRET_KEY",
      consequence:
        "sessions and tokens that the backend has signed end when its server next starts, and people have to log in again",
    },
  ];
}
