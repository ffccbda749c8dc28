import assert from "node:assert/strict";
import { mergeServices, readServices, type ServicesStack } from "../../../systems/services/outputs";
import { makeExistingCa } from "../fake-tls";
import { trustAlso } from "./break-services";
import { expectFailure } from "./expect-failure";
import { BY_OTHER_CA, OTHER_CA } from "./make-material";
import {
  DB,
  ORDERS,
  failuresOf,
  makeServices,
  reissue,
  setEntry,
  update,
  verify,
  type Services,
} from "./make-services";

const POLICIES = ["tls", "optional", "required"] as const;

/** Creates a server with a caller. */
const make = (clients: (typeof POLICIES)[number], caller: object = {}) =>
  makeServices({ db: { ...DB, server: { clients } }, orders: { ...ORDERS, ...caller } });

const phaseOf = async (services: Services, name = "db") =>
  (await verify(services)).find(
    ({ party, code }) => party === `service ${name}` && code === "phase",
  )?.message;

describe("calls between services", () => {
  const SAID = {
    tls: 'asks clients for no certificate (tls); "optional" is blocked by orders, whose handshake failed above',
    optional:
      'accepts clients without a certificate (optional); "required" is blocked by orders, whose handshake failed above',
    required: "requires certificates of its clients (required), the last step",
  };
  for (const clients of POLICIES)
    it(`with a certificate from another CA fail: ${clients}`, async () => {
      const made = await make(clients);
      reissue(made, "orders", BY_OTHER_CA);
      const failures = await failuresOf(made);
      const code = clients === "tls" ? "prepared" : "accepted";
      expectFailure(failures, "service db", code, /^orders is refused: UNABLE_TO_[A-Z_]+\.$/);
      assert.equal(await phaseOf(made), SAID[clients]);
    });

  for (const clients of POLICIES)
    it(`to a server that they do not trust fail: ${clients}`, async () => {
      const made = await make(clients);
      reissue(made, "db", BY_OTHER_CA);
      const message = /^orders refuses it as db\.ns\.svc: UNABLE_TO_[A-Z_]+\.$/;
      expectFailure(await failuresOf(made), "service db", "accepted", message);
    });

  it("by a name that is not in the certificate fail", async () => {
    const made = await make("tls");
    update(made, "orders", { calls: { db: "db.example" } });
    const failures = await failuresOf(made);
    const named = /^orders would dial db\.example, but its certificate is for "db", "db\.ns", /;
    expectFailure(failures, "service db", "names", named);
    const message = /^orders refuses it as db\.example: ERR_TLS_CERT_ALTNAME_INVALID\.$/;
    expectFailure(failures, "service db", "accepted", message);
  });

  it("are tried by the name that the caller dials", async () => {
    const made = await make("required", { calls: { db: { host: "db.ns" } } });
    const checks = await verify(made);
    const accepted = checks.find(({ code }) => code === "accepted");
    assert.equal(
      accepted?.message,
      "calls by orders to db.ns are accepted, with the certificates they show",
    );
  });

  it("by a caller that shows no certificate are cut off by required, and only by it", async () => {
    const optional = await make("optional", { server: { clients: "tls" }, client: false });
    assert.deepEqual(await failuresOf(optional), []);
    assert.equal(
      await phaseOf(optional),
      'accepts clients without a certificate (optional); "required" is blocked because "required" would cut off orders, which shows no certificate: set services.orders.client to true, or use "optional"',
    );
    update(optional, "db", { clients: "required" });
    expectFailure(
      await failuresOf(optional),
      "service db",
      "accepted",
      /^orders shows no certificate, and is cut off\.$/,
    );
  });

  it("by strangers are found: a server that trusts their CA accepts them", async () => {
    const made = await make("required");
    trustAlso(made, OTHER_CA);
    reissue(made, "orders", { ...BY_OTHER_CA, authorityKeyId: "ca" });
    const failures = await failuresOf(made);
    assert.ok(!failures.some(({ code }) => code === "accepted"));
    expectFailure(failures, "service db", "trust-store", /certificates that it signs are accepted/);
  });

  it("are blocked by the server's own faults", async () => {
    const made = await make("tls");
    setEntry(made, "db-tls", "tls.key", "nonsense");
    assert.match(
      (await phaseOf(made)) ?? "",
      /^asks clients for no certificate \(tls\); "optional" is blocked by the failed checks above/,
    );
  });

  it("can be asked to show a certificate if nothing blocks it", async () => {
    assert.equal(
      await phaseOf(await make("tls")),
      'asks clients for no certificate (tls); nothing blocks "optional"',
    );
    assert.equal(
      await phaseOf(await make("optional")),
      'accepts clients without a certificate (optional); nothing blocks "required"',
    );
  });
});

describe("services of several stacks", () => {
  const merge = (...stacks: ServicesStack[]) =>
    mergeServices(stacks.map((outputs, index) => ({ origin: `stack ${index + 1}`, outputs })));
  // Both stacks know each other's CA, so these exist before.
  const [ownCa, theirCa] = [makeExistingCa("Shop CA"), makeExistingCa("Billing CA")];
  const authority = ({ certificate, key }: typeof ownCa) => ({
    subject: { commonName: "not used" },
    generations: { g1: { state: "signing", certificate, key } },
  });
  const CALLS = { billing: { host: "billing.ns.svc", elsewhere: true } };
  const SHOP = {
    shop: {
      namespace: "ns",
      restarts: ["deployment/shop"],
      calls: CALLS,
      trust: { certificates: theirCa.certificate },
    },
  };
  const billing = (server: object | undefined) => ({
    namespace: "ns",
    restarts: ["deployment/billing"],
    trust: { certificates: ownCa.certificate },
    ...(server && { server }),
  });

  async function together(server: object | undefined): Promise<Services> {
    const theirs = await makeServices({ billing: billing(server) }, authority(theirCa));
    const own = await makeServices(SHOP, authority(ownCa));
    return {
      ...own,
      stack: merge(own.stack, theirs.stack),
      objects: { ...theirs.objects, ...own.objects },
    };
  }

  it("are not tried together if only one is among the sources", async () => {
    const checks = await failuresOf(await makeServices(SHOP, authority(ownCa)));
    assert.deepEqual(
      checks.map(({ party, code, severity, message }) => [party, code, severity, message]),
      [
        [
          "service shop",
          "not-tried",
          "warning",
          "its calls to billing (billing.ns.svc) were not tried, because the stack with billing is not among the sources.",
        ],
      ],
    );
  });

  it("call each other if they trust each other's CAs", async () => {
    const checks = await verify(await together({ clients: "required" }));
    assert.deepEqual(
      checks.filter(({ ok }) => !ok),
      [],
    );
    const accepted = checks.find(({ code }) => code === "accepted");
    assert.equal(accepted?.party, "service billing");
    assert.match(accepted.message, /^calls by shop to billing\.ns\.svc are accepted/);
  });

  it("cannot call a service that is no server there", async () => {
    expectFailure(
      await failuresOf(await together(undefined)),
      "service shop",
      "accepted",
      /^its calls to billing \(billing\.ns\.svc\) reach no server: services\.billing of the other stack has none\.$/,
    );
  });

  it("cannot have services of the same name", async () => {
    const { stack } = await makeServices();
    assert.throws(() => merge(stack, stack), {
      name: "CannotCheck",
      message:
        "both stack 1 and stack 2 have a service db: give the sources of one installation, each once",
    });
  });
});

describe("a service that waits for its certificate", () => {
  it("is only reported, as are the calls to it", async () => {
    const made = await makeServices();
    const outputs = {
      ...made.outputs,
      certificates: {},
      waiting: {
        "service db": "stack ca has not signed its request.",
        MyOrg1MSP: "another system",
      },
    };
    const stack = readServices({ origin: "stack dev", content: outputs });
    assert.ok(stack);
    made.stack = stack;
    const checks = await failuresOf(made);
    assert.deepEqual(
      checks.map(({ party, code, severity, message }) => [party, code, severity, message]),
      [
        [
          "service orders",
          "not-tried",
          "warning",
          "its calls to db (db.ns.svc) were not tried, because db waits for its certificate.",
        ],
        [
          "service db",
          "waiting",
          "warning",
          "it waits for its certificate: stack ca has not signed its request.",
        ],
      ],
    );
  });

  it("is checked if it has an earlier one", async () => {
    const made = await makeServices();
    made.stack = { ...made.stack, waiting: new Map([["service db", "the request is new"]]) };
    const checks = await verify(made);
    assert.ok(checks.some(({ party, code }) => party === "service db" && code === "accepted"));
    const [waiting, ...others] = checks.filter(({ ok }) => !ok);
    assert.equal(others.length, 0);
    assert.equal(waiting?.message, "it waits for its next certificate: the request is new.");
  });
});
