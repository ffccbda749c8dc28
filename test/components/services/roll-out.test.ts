import assert from "node:assert/strict";
import { AUTHORITY, runStack } from "../run-stack";

/** A server with a policy, and its caller. */
const stack = (clients: string, orders: object = {}) => ({
  authority: AUTHORITY,
  services: {
    db: { namespace: "shop", server: { clients }, restarts: ["statefulset/db"] },
    orders: {
      namespace: "shop",
      calls: { db: {} },
      restarts: ["deployment/orders"],
      ...orders,
    },
  },
});

/** Deploys stacks one after the other. @returns messages of the last one. */
async function steps(...stacks: readonly object[]) {
  let state;
  let last: string[] = [];
  for (const sections of stacks) {
    const run = await runStack(sections, state ? { state } : {});
    last = [...run.errors, ...run.messages.map(({ text }) => text)];
    if (run.errors.length > 0) return last;
    state = run.state;
  }
  return last;
}

const JUMP =
  'The configuration has a problem; nothing was changed:\n  countersign:services.db.server.clients: found "required", but the deployed server asks for no certificate ("tls"): callers whose certificates it does not accept would be cut off. Deploy "optional" first, let `countersign verify` try each caller, and then set "required"';
const EARLY =
  'The configuration has a problem; nothing was changed:\n  countersign:services.db.server.clients: found "required", but its caller orders gets its certificate only with this update, perhaps after the server refuses it: keep "optional" until orders is deployed';
const FIRST =
  'Services: db will require certificates from the first update on: if clients already call without one, deploy "optional" first';

describe("the policy of a server", () => {
  it("goes from tls to required in two steps", async () => {
    assert.deepEqual(await steps(stack("tls"), stack("optional"), stack("required")), []);
  });

  it("must not skip one of them, whatever happened before", async () => {
    assert.deepEqual(await steps(stack("tls"), stack("required")), [JUMP]);
    assert.deepEqual(
      await steps(stack("required"), stack("optional"), stack("tls"), stack("required")),
      [JUMP],
    );
  });

  it("may become more open at any time", async () => {
    assert.deepEqual(await steps(stack("required"), stack("tls")), []);
  });

  it("may require certificates from the first update on, with a warning", async () => {
    assert.deepEqual(await steps(stack("required")), [FIRST]);
  });

  it("waits for a caller that gets its certificate only now", async () => {
    const { services } = stack("optional");
    const { orders, ...alone } = services;
    assert.ok(orders);
    const before = { authority: AUTHORITY, services: alone };
    assert.deepEqual(await steps(before, stack("required")), [EARLY]);
    const silent = stack("optional", { client: false, server: { clients: "tls" } });
    assert.deepEqual(await steps(silent, stack("required", { server: { clients: "tls" } })), [
      EARLY,
    ]);
    assert.deepEqual(await steps(before, stack("optional"), stack("required")), []);
  });

  it("does not stop a new caller of a server that already requires certificates", async () => {
    const { services } = stack("required");
    assert.deepEqual(
      await steps({ authority: AUTHORITY, services: { db: services.db } }, stack("required")),
      [],
    );
  });
});
