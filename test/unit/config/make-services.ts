import assert from "node:assert/strict";
import { goodExcept, problemsOf } from "./make-config";
import { refuses, type Refusal } from "./refusals";

export const RESTARTS = ["statefulset/db"];

/** A server and its client, both with the shortest good section. */
export const SERVICES = {
  db: { namespace: "shop", server: { clients: "required" }, restarts: RESTARTS },
  orders: { namespace: "shop", calls: { db: {} }, restarts: ["deployment/orders"] },
} as const;

export const RELEASE = {
  chart: { path: "charts/orchestrator" },
  values: { secret: "<countersign:keys>" },
};
export const RELEASED = { "db/restarts": [], "db/release": RELEASE };

export function servicesWith(changes: Readonly<Record<string, unknown>>) {
  const inSection = Object.entries(changes).map(
    ([path, value]) => [`services/${path}`, value] as const,
  );
  return { services: SERVICES, ...Object.fromEntries(inSection) };
}

/** Creates a test for each row, whose paths are in the section: exactly these problems are found in it. */
export function refusesServices(table: readonly Refusal[]): void {
  refuses(
    table.map(([title, changes, ...problems]): Refusal => [
      title,
      servicesWith(changes),
      ...problems.map((problem) => `services.${problem}`),
    ]),
  );
}

export function accepts(title: string, changes: Readonly<Record<string, unknown>>): void {
  it(`accepts ${title}`, () => {
    assert.deepEqual(problemsOf(goodExcept(servicesWith(changes))), []);
  });
}
