import assert from "node:assert/strict";
import { facts } from "../../../facts";
import { outputsOf, registered, said, stacksOf, topsOf } from "../enrollment/parties";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import { visible } from "../wire";
import { MEMBER, SIGNER_SECTIONS, admissionsOf, requestsOf, runSigner, signAll } from "./stacks";

describe("a stack that signs for services", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  before(async () => ({ asked, signed } = await signAll()));

  it("refuses what is not granted, with the line that decides, and changes nothing", async () => {
    const { serviceEnrollments } = SIGNER_SECTIONS;
    const shop = {
      ...serviceEnrollments.shop,
      namespace: "store",
      organization: "shop",
      services: { db: { role: "server" } },
    };
    const run = await runSigner(
      { serviceEnrollments: { shop } },
      { stacks: stacksOf({ [MEMBER]: asked }), preview: true },
    );
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [
      'Requests for certificates are refused, and nothing was changed:\n  - the request of service shop/db asks for DNS name "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"; serviceEnrollments.shop.services.db grants "db", "db.store", "db.store.svc" and 1 more.',
    ]);
  });

  it("signs no key that another service holds, and none that was withdrawn", async () => {
    const { db } = requestsOf(asked);
    const copied = {
      [MEMBER]: {
        serviceRequests: { format: 1, services: { db, orders: db } },
      },
    };
    const services = {
      db: { role: "server" },
      orders: {
        commonName: "db",
        dnsNames: ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"],
      },
    };
    const enrolling = { shop: { ...SIGNER_SECTIONS.serviceEnrollments.shop, services } };
    const run = await runSigner({ serviceEnrollments: enrolling }, { stacks: copied });
    assert.match(
      run.errors[0] ?? "",
      /the request of service shop\/orders asks for the key .*, which is held by "service shop\/db"/,
    );

    const stacks = stacksOf({ [MEMBER]: asked });
    const only = (name: "db" | "orders") => ({
      serviceEnrollments: {
        shop: {
          ...SIGNER_SECTIONS.serviceEnrollments.shop,
          services: { [name]: SIGNER_SECTIONS.serviceEnrollments.shop.services[name] },
        },
      },
    });
    const left = await runSigner(only("orders"), { state: signed.state, stacks });
    assert.deepEqual(left.errors, []);
    const back = await runSigner({}, { state: left.state, stacks });
    assert.match(
      back.errors[0] ?? "",
      /held by "service shop\/db until it was removed".* set countersign:serviceEnrollments\.shop\.services\.db\.publicKey to [\da-f]{64}/,
    );
  });

  it("keeps in force what it signed before if the other stack cannot be read", async () => {
    const run = await runSigner({}, { state: signed.state });
    assert.deepEqual(run.errors, []);
    assert.deepEqual(admissionsOf(run).services, admissionsOf(signed).services);
    assert.deepEqual(said(run), [
      `warn: stack ${MEMBER} cannot be read (unknown stack "${MEMBER}"): the request of service shop/db that was signed before stays in force (likewise: service shop/orders)`,
    ]);
  });

  it("reports each party that has not published a request", async () => {
    const stacks = { [MEMBER]: { serviceRequests: { format: 1, services: {} } } };
    const run = await runSigner({}, { stacks });
    assert.deepEqual(run.errors, []);
    assert.deepEqual(said(run), [
      `info: service shop/db, service shop/orders wait: stack ${MEMBER} publishes no request of service shop/db (and likewise for the others)`,
    ]);
  });

  it("reports who has not asked yet", async () => {
    const run = await runSigner();
    const reason = `stack ${MEMBER} cannot be read (unknown stack "${MEMBER}")`;
    assert.deepEqual(run.errors, []);
    assert.deepEqual(said(run), [`info: service shop/db, service shop/orders wait: ${reason}`]);
    assert.deepEqual(outputsOf(run).waiting, {
      "service shop/db": reason,
      "service shop/orders": reason,
    });
    const { waiting, kind } = facts.parse(
      visible(find(run.resources, "service-registration").inputs),
    );
    assert.deepEqual(
      { waiting, kind },
      { waiting: ["service shop/db", "service shop/orders"], kind: "service" },
    );
  });

  it("remembers the holders of keys by their names", () => {
    const { keys } = registered(signed, "service-registration", "RegistrationAuthority") as {
      keys: Record<string, { holder: string }>;
    };
    assert.deepEqual(
      Object.values(keys)
        .map(({ holder }) => holder)
        .sort(),
      ["service shop/db", "service shop/orders"],
    );
  });
});
