import { coversHost, quoteList, type Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";

/** Checks that a backend's certificate has every name and address that the router calls it by. */
export function checkBackendNames(
  list: Checklist,
  leaf: Certificate,
  hosts: readonly string[],
  todo: string,
): void {
  const missing = hosts.filter((host) => !coversHost(leaf, host));
  list.judge(
    "names",
    missing.length === 0
      ? []
      : [
          `its certificate is for ${quoteList([...leaf.dnsNames, ...leaf.ipAddresses])}, but the router compares it with ${missing.join(", ")}.`,
        ],
    `its certificate is for ${hosts.join(", ")}`,
    todo,
  );
}
