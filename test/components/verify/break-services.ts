import type { CheckCode } from "../../../verify/check";
import { expectFailure } from "./expect-failure";
import { entriesOf, failuresOf, makeServices, type Services } from "./make-services";

/** A change, and the expected failure of the service `db`. */
export type Case = readonly [
  what: string,
  change: (services: Services) => void,
  code: CheckCode,
  message: RegExp,
];

/** Defines a test for each case. */
export function itFinds(services: object, cases: readonly Case[]): void {
  for (const [what, change, code, message] of cases)
    it(`are found to be wrong: ${what}`, async () => {
      const made = await makeServices(services);
      change(made);
      expectFailure(await failuresOf(made), "service db", code, message);
    });
}

/** Removes an object from the cluster, or an entry of it. */
export function remove(made: Services, object: string, entry?: string): void {
  Reflect.deleteProperty(
    entry === undefined ? made.objects : entriesOf(made, object),
    entry ?? object,
  );
}

/** Appends certificates to the CAs that the services of the namespace trust. */
export function trustAlso(made: Services, pem: string): void {
  const entries = entriesOf(made, "ConfigMap/services-ca");
  entries["ca.crt"] = `${entries["ca.crt"] ?? ""}${pem}`;
}
