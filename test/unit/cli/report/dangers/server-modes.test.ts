import assert from "node:assert/strict";
import { serverNotices } from "../../../../../cli/report/dangers";
import { breaking } from "../../../../../cli/report/dangers/breaking";
import { makePlan } from "../make-plan";
import { makeServices, type Service, type Services } from "../make-services";

type Mode = Service["serves"];

const plan = (before: Services | undefined, after: Services) =>
  makePlan(...makeServices(before, after));

/** What breaks between Gate and Echo, which it calls, when Echo goes from one mode to another. */
function found(before: Mode, after: Mode, was: Partial<Service> = {}, is = was): string[] {
  const side = (serves: Mode, client: Partial<Service>): Services => ({
    Gate: { serves: "tls", dials: ["Echo"], ...client },
    Echo: { serves },
  });
  return breaking(plan(side(before, was), side(after, is))).map(({ text }) => text);
}

const STRANGER = { issuer: "g2", trusts: ["g1"] } as const;
const REFUSED =
  "Echo refuses the certificate of Gate by CA generation g2, which it does not trust, from this `up` on and for good.";

describe("a service that begins to speak TLS", () => {
  it("breaks nothing for good where both ends trust the CA", () => {
    for (const mode of ["tls", "mutual-tls-optional", "mutual-tls"] as const) {
      assert.deepEqual(found("plain", mode), []);
      assert.deepEqual(found(mode, "plain"), []);
    }
  });

  it("is refused by callers that do not trust its CA", () => {
    assert.deepEqual(found("plain", "tls", { trusts: ["g2"] }), [
      "Gate refuses the certificate of Echo by CA generation g1, which it does not trust, from this `up` on and for good.",
    ]);
    assert.deepEqual(found("plain", "plain", { trusts: ["g2"] }), []);
    assert.deepEqual(found("tls", "plain", { trusts: ["g2"] }), []);
  });

  it("does not mind the certificates of its callers", () => {
    assert.deepEqual(found("plain", "tls", STRANGER), []);
    assert.deepEqual(found("tls", "tls", STRANGER), []);
    assert.deepEqual(found("tls", "tls", { issuer: null }), []);
  });
});

describe("a service that begins to ask for certificates", () => {
  it("refuses wrong ones", () => {
    assert.deepEqual(found("tls", "mutual-tls-optional", STRANGER), [REFUSED]);
    assert.deepEqual(found("tls", "mutual-tls", STRANGER), [REFUSED]);
  });

  it("goes on without one", () => {
    assert.deepEqual(found("tls", "mutual-tls-optional", { shows: false }), []);
    assert.deepEqual(found("tls", "mutual-tls-optional", { ...STRANGER, shows: false }), []);
    assert.deepEqual(found("tls", "mutual-tls-optional", { issuer: null }), []);
  });

  it("refuses new certificates only by pods that ask for one", () => {
    const [old, coming] = [{}, { issuer: "g2" }];
    assert.deepEqual(found("mutual-tls-optional", "tls", old, coming), [
      "During the roll-out, Echo refuses the new certificate of Gate by CA generation g2, which it does not trust yet.",
    ]);
  });
});

describe("a service that begins to require certificates", () => {
  it("cuts off who shows none", () => {
    const services = (serves: Mode): Services => ({
      Dinghy: { serves: "tls", dials: ["Echo"], shows: false },
      Gate: { serves: "tls", dials: ["Echo"], issuer: null },
      Orca: { serves: "tls", dials: ["Echo"] },
      Echo: { serves },
    });
    assert.deepEqual(breaking(plan(services("mutual-tls-optional"), services("mutual-tls"))), [
      {
        kind: "breaking",
        text: "Echo requires a certificate, and Dinghy and Gate show none: they are refused from this `up` on and for good.",
        todo: "Let Echo ask for certificates without requiring one until Dinghy and Gate show theirs.",
      },
    ]);
  });

  it("says that it was so before", () => {
    assert.deepEqual(found("mutual-tls", "mutual-tls", { shows: false }), [
      "Echo requires a certificate, and Gate shows none: it is refused before this change, which does not mend it.",
    ]);
  });

  it("refuses pods of who gets its certificate only now", () => {
    assert.deepEqual(found("mutual-tls-optional", "mutual-tls", { issuer: null }, {}), [
      "During the roll-out, Echo refuses running pods of Gate, which show no certificate yet.",
    ]);
    assert.deepEqual(found("mutual-tls", "mutual-tls", { issuer: null }, {}), []);
  });
});

describe("a service that goes back", () => {
  const notices = (before: Services, after: Services) => serverNotices(plan(before, after));

  it("is warned of, with what is lost", () => {
    const before: Services = {
      Echo: { serves: "mutual-tls" },
      Front50: { serves: "mutual-tls" },
      Gate: { serves: "mutual-tls-optional" },
      Orca: { serves: "mutual-tls" },
    };
    const after: Services = {
      Echo: { serves: "plain" },
      Front50: { serves: "plain" },
      Gate: { serves: "tls" },
      Orca: { serves: "mutual-tls-optional" },
    };
    assert.deepEqual(notices(before, after), [
      {
        severity: "warning",
        text: "Echo and Front50 go back from TLS that requires a certificate to no TLS: calls are not encrypted any more, and nobody checks who the other end is",
      },
      {
        severity: "warning",
        text: "Gate goes back from TLS that asks for a certificate to TLS: callers are not asked who they are any more, and whoever reaches the server can call it",
      },
      {
        severity: "warning",
        text: "Orca goes back from TLS that requires a certificate to TLS that asks for a certificate: whoever reaches the server can call it without a certificate again",
      },
    ]);
  });

  it("is warned of, and nothing that goes forward", () => {
    assert.deepEqual(notices({ Echo: { serves: "plain" } }, { Echo: { serves: "tls" } }), []);
  });
});
