import assert from "node:assert/strict";
import { makeLeaf } from "../x509/make-certificate";
import { makeDnsNames } from "../x509/make-names";
import { GOOD, goodExcept, load } from "./make-config";
import { refuses, type Refusal } from "./refusals";

/** The shortest section of a Choreo Connect that calls a backend. */
export const CHOREO_CONNECT = {
  target: { kubernetes: {} },
  backends: { payments: { endpoints: ["https://payments.example:8443/v1"] } },
  apis: { "Shop-1.0.0": ["payments"] },
} as const;

/** Path of the backend in that section. */
export const PAYMENTS = "backends/payments";

/** Changes of the valid configuration that add a Choreo Connect, with other values at these paths of its section. */
export function choreoConnectWith(
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const inSection = Object.entries(changes).map(
    ([path, value]) => [`choreoConnect/${path}`, value] as const,
  );
  return { choreoConnect: CHOREO_CONNECT, ...Object.fromEntries(inSection) };
}

/** Returns the section as the program gets it, with other values at these paths. */
export function choreoConnectOf(changes: Readonly<Record<string, unknown>> = {}) {
  const { choreoConnect } = load({
    ...goodExcept(choreoConnectWith(changes)),
    ...{ orchestrator: undefined, organizations: undefined },
    authority: GOOD.authority,
  });
  assert.ok(choreoConnect);
  return choreoConnect;
}

/** Creates a test for each row, with paths in Choreo Connect's section, which expects exactly these problems. */
export function refusesChoreoConnect(table: readonly Refusal[]): void {
  refuses(
    table.map(([title, changes, ...problems]): Refusal => [
      title,
      choreoConnectWith(changes),
      ...problems.map((problem) => `choreoConnect.${problem}`),
    ]),
  );
}

/** Creates a backend's existing certificate, valid until 2035. */
export function makeServer(
  dnsNames: readonly string[] = ["payments.example"],
  options: Parameters<typeof makeLeaf>[0] = {},
): string {
  return makeLeaf({
    subject: [["CN", "payments"]],
    notAfter: "2035-01-01T00:00:00Z",
    extensions: dnsNames.length > 0 ? [makeDnsNames(...dnsNames)] : [],
    ...options,
  });
}

/** Returns changes to the backend's settings. */
export function payments(settings: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`${PAYMENTS}/${key}`, value as unknown]),
  );
}

/** The backend with its own certificate, as {@link makeServer} creates it. */
export function existing(
  ...args: Parameters<typeof makeServer>
): Readonly<Record<string, unknown>> {
  return payments({ existing: makeServer(...args) });
}
