import assert from "node:assert/strict";
import { serverNotices } from "../../../../../cli/report/notices";
import { breaking } from "../../../../../cli/report/dangers";
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
  "Echo refuses the certificate of Gate issued by CA generation g2, which it does not trust, permanently from this `up` on.";

describe("a service that begins to speak TLS", () => {
  it("breaks nothing permanently if both ends trust the CA", () => {
    for (const mode of ["tls", "mutual-tls-optional", "mutual-tls"] as const) {
      assert.deepEqual(found("plain", mode), []);
      assert.deepEqual(found(mode, "plain"), []);
    }
  });

  it("is refused by callers that do not trust its CA", () => {
    assert.deepEqual(found("plain", "tls", { trusts: ["g2"] }), [
      "Gate refuses the certificate of Echo issued by CA generation g1, which it does not trust, permanently from this `up` on.",
    ]);
    assert.deepEqual(found("plain", "plain", { trusts: ["g2"] }), []);
    assert.deepEqual(found("tls", "plain", { trusts: ["g2"] }), []);
  });

  it("does not check the certificates of its callers", () => {
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

  it("still admits callers without one", () => {
    assert.deepEqual(found("tls", "mutual-tls-optional", { shows: false }), []);
    assert.deepEqual(found("tls", "mutual-tls-optional", { ...STRANGER, shows: false }), []);
    assert.deepEqual(found("tls", "mutual-tls-optional", { issuer: null }), []);
  });

  it("refuses new certificates only in pods that ask for one", () => {
    const [old, coming] = [{}, { issuer: "g2" }];
    assert.deepEqual(found("mutual-tls-optional", "tls", old, coming), [
      "During the roll-out, Echo refuses the new certificate of Gate issued by CA generation g2, which it does not trust yet.",
    ]);
  });
});

describe("a service that begins to require certificates", () => {
  it("cuts off callers that show none", () => {
    const services = (serves: Mode): Services => ({
      Dinghy: { serves: "tls", dials: ["Echo"], shows: false },
      Gate: { serves: "tls", dials: ["Echo"], issuer: null },
      Orca: { serves: "tls", dials: ["Echo"] },
      Echo: { serves },
    });
    assert.deepEqual(breaking(plan(services("mutual-tls-optional"), services("mutual-tls"))), [
      {
        kind: "breaking",
        text: "Echo requires a certificate, and Dinghy and Gate show none: they are permanently refused from this `up` on.",
        todo: "Let Echo ask for certificates without requiring one until Dinghy and Gate show theirs.",
      },
    ]);
  });

  it("says if it refused them before", () => {
    assert.deepEqual(found("mutual-tls", "mutual-tls", { shows: false }), [
      "Echo requires a certificate, and Gate shows none: it is already refused before this change, which does not fix that.",
    ]);
  });

  it("refuses pods of callers that get their certificates only now", () => {
    assert.deepEqual(found("mutual-tls-optional", "mutual-tls", { issuer: null }, {}), [
      "During the roll-out, Echo refuses running pods of Gate, which show no certificate yet.",
    ]);
    assert.deepEqual(found("mutual-tls", "mutual-tls", { issuer: null }, {}), []);
  });
});

describe("a service that goes back", () => {
  const notices = (before: Services, after: Services) => serverNotices(plan(before, after));

  it("causes a warning that says what is lost", () => {
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
        text: "Echo and Front50 go back from TLS that requires a certificate to no TLS: calls are no longer encrypted, and nobody checks who the other end is",
      },
      {
        severity: "warning",
        text: "Gate goes back from TLS that asks for a certificate to TLS: callers are no longer asked who they are, and whoever reaches the server can call it",
      },
      {
        severity: "warning",
        text: "Orca goes back from TLS that requires a certificate to TLS that asks for a certificate: whoever reaches the server can again call it without a certificate",
      },
    ]);
  });

  it("causes a warning, unlike one that goes forward", () => {
    assert.deepEqual(notices({ Echo: { serves: "plain" } }, { Echo: { serves: "tls" } }), []);
  });
});
