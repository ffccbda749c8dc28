import assert from "node:assert/strict";
import { readCertificate, readCertificates } from "../../../x509";
import { outputsOf, said, stacksOf } from "../enrollment/parties";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import { reveal } from "../wire";
import {
  MEMBER,
  SERVICES,
  SIGNED_BY,
  SIGNER,
  SIGNER_SECTIONS,
  admissionsOf,
  requestsOf,
  runMember,
  runSigner,
  secretOf,
  signAll,
} from "./stacks";

const STACK = `stack ${SIGNER}`;

describe("changes of services that another stack signs for", () => {
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ signed, deployed } = await signAll()));

  /** Runs the stack that signs with generations of its CA, after what it did before. */
  const rotate = (generations: Record<string, string>, { state }: Run<unknown>) =>
    runSigner(
      {
        authority: {
          ...SIGNER_SECTIONS.authority,
          generations: Object.fromEntries(
            Object.entries(generations).map(([name, each]) => [name, { state: each }]),
          ),
        },
      },
      { state, stacks: stacksOf({ [MEMBER]: deployed }) },
    );
  const take = (from: Run<unknown>, { state }: Run<unknown>, changes: object = {}) =>
    runMember(changes, { state, stacks: stacksOf({ [SIGNER]: from }) });
  const fingerprintOf = (run: Run<unknown>, generation: string) =>
    readCertificate(admissionsOf(run).authorities[generation]?.certificate ?? "").fingerprint;
  const casIn = (run: Run<unknown>) => {
    const { data } = reveal(find(run.resources, "services-shop-services-ca").inputs) as {
      data: Record<string, string>;
    };
    return readCertificates(data["ca.crt"] ?? "").map(({ fingerprint }) => fingerprint);
  };

  it("take a new certificate with the next update, and change nothing else", async () => {
    const renewed = await runSigner(
      {},
      {
        state: new Map(
          [...signed.state].filter(([, { name }]) => name !== "service-shop.db-certificate"),
        ),
        stacks: stacksOf({ [MEMBER]: deployed }),
      },
    );
    const run = await take(renewed, deployed);
    assert.deepEqual(run.errors, []);
    const pairOf = (of: Run<unknown>, name: string) => secretOf(of, `service-${name}-keys`);
    assert.notEqual(pairOf(run, "db")["tls.crt"], pairOf(deployed, "db")["tls.crt"]);
    assert.equal(pairOf(run, "db")["tls.key"], pairOf(deployed, "db")["tls.key"]);
    assert.deepEqual(pairOf(run, "orders"), pairOf(deployed, "orders"));
  });

  it("follow a rotation that their stack trusts, and are reported until it does", async () => {
    const announced = await rotate({ g1: "signing", g2: "trusted" }, signed);
    const [g1, g2] = [fingerprintOf(announced, "g1"), fingerprintOf(announced, "g2")];
    const unaware = await take(announced, deployed);
    assert.deepEqual(said(unaware), [
      `warn: ${STACK} also offers CA generation g2 (CN=Shared CA, SHA-256 ${g2}), which is not trusted: before the stack that signs lets it sign, compare the fingerprint over another channel and add it to countersign:servicesSignedBy.trust`,
    ]);
    assert.deepEqual(casIn(unaware), [g1]);

    const early = await rotate({ g1: "trusted", g2: "signing" }, announced);
    assert.deepEqual(said(early), [
      `warn: service shop/db, service shop/orders do not trust CA generation g2 yet, and will refuse certificates from it. Before it signs, list its fingerprint (SHA-256 ${g2}) in the trust of servicesSignedBy or signedBy in these stacks, and run \`pulumi up\` there`,
    ]);
    const refused = await take(early, deployed);
    assert.match(
      refused.errors[0] ?? "",
      /^the certificate of service (db|orders) from .* is refused, and nothing was changed:\n {2}- its CA, generation g2 .* is not one that countersign:servicesSignedBy\.trust lists: ask the stack that signs/,
    );

    const trust = { servicesSignedBy: { stack: SIGNER, trust: [g1, g2] } };
    const aware = await take(announced, deployed, trust);
    assert.deepEqual(aware.errors, []);
    assert.deepEqual(casIn(aware), [g1, g2]);
    const moved = await take(early, aware, trust);
    assert.deepEqual(moved.errors, []);
    assert.deepEqual(casIn(moved), [g2, g1]);
    const finished = await rotate({ g2: "signing" }, early);
    assert.deepEqual(casIn(await take(finished, moved, trust)), [g2]);
  });

  it("trust at first use what the first of them trusted", async () => {
    const both = await rotate({ g1: "signing", g2: "trusted" }, signed);
    const added = { services: { ...SERVICES, cart: { ...SERVICES.orders } } };
    const more = await take(both, deployed, added);
    assert.deepEqual(more.errors, []);
    const enrolling = structuredClone(SIGNER_SECTIONS.serviceEnrollments) as {
      shop: { services: Record<string, object> };
    };
    enrolling.shop.services.cart = { role: "client" };
    const answered = await runSigner(
      {
        authority: {
          ...SIGNER_SECTIONS.authority,
          generations: { g1: { state: "signing" }, g2: { state: "trusted" } },
        },
        serviceEnrollments: enrolling,
      },
      { state: both.state, stacks: stacksOf({ [MEMBER]: more }) },
    );
    const run = await take(answered, more, added);
    assert.deepEqual(run.errors, []);
    assert.ok(secretOf(run, "service-cart-keys")["tls.crt"]);
    assert.deepEqual(casIn(run), [fingerprintOf(signed, "g1")]);
  });

  it("change their keys without an interruption", async () => {
    const db = { ...SERVICES.db, certificate: { keys: ["k1", "k2"] } };
    const services = { ...SERVICES, db };
    const asking = await take(signed, deployed, { services });
    assert.equal(requestsOf(asking).db?.key, "k2");
    assert.equal(
      secretOf(asking, "service-db-keys")["tls.key"],
      secretOf(deployed, "service-db-keys")["tls.key"],
    );
    assert.deepEqual(outputsOf(asking).waiting, {
      "service db":
        "the stack that signs has not signed the request for key k2 of service db yet; k1 stays in use until then",
    });
    const answered = await runSigner(
      {},
      { state: signed.state, stacks: stacksOf({ [MEMBER]: asking }) },
    );
    const run = await take(answered, asking, { services });
    assert.deepEqual(run.errors, []);
    assert.notEqual(
      secretOf(run, "service-db-keys")["tls.key"],
      secretOf(deployed, "service-db-keys")["tls.key"],
    );
    assert.equal(outputsOf(run).waiting, undefined);
  });

  it("wait for names that they ask for later, with the certificate in use", async () => {
    const db = { ...SERVICES.db, certificate: { dnsNames: ["db.example.org"] } };
    const services = { ...SERVICES, db };
    const asking = await take(signed, deployed, { services });
    const reason =
      'the stack that signs has not signed the request for "db.example.org" of service db yet; the certificate in use does not have these names';
    assert.deepEqual(outputsOf(asking).waiting, { "service db": reason });
    assert.deepEqual(said(asking), [`info: service db waits: ${reason}`]);
    const granted = structuredClone(SIGNER_SECTIONS.serviceEnrollments) as {
      shop: { services: Record<string, object> };
    };
    granted.shop.services.db = { role: "server", dnsNames: ["db.example.org"] };
    const answered = await runSigner(
      { serviceEnrollments: granted },
      { state: signed.state, stacks: stacksOf({ [MEMBER]: asking }) },
    );
    assert.deepEqual(answered.errors, []);
    const run = await take(answered, asking, { services });
    assert.equal(outputsOf(run).waiting, undefined);
    const { dnsNames } = readCertificate(secretOf(run, "service-db-keys")["tls.crt"] ?? "");
    assert.ok(dnsNames.includes("db.example.org"));
  });

  it("may each have another signer, and then do not share its CAs", async () => {
    const orders = { ...SERVICES.orders, signedBy: SIGNED_BY };
    const authority = { ...SIGNER_SECTIONS.authority, subject: { commonName: "Own CA" } };
    const run = await runMember(
      { servicesSignedBy: undefined, authority, services: { db: SERVICES.db, orders } },
      {
        state: new Map([...deployed.state].filter(([urn]) => !urn.includes("service-db"))),
        stacks: stacksOf({ [SIGNER]: signed }),
      },
    );
    assert.deepEqual(run.errors, []);
    const cas = Object.entries(
      (reveal(find(run.resources, "service-orders-ca").inputs) as { data: Record<string, string> })
        .data,
    ).flatMap(([, pem]) => readCertificates(pem).map(({ fingerprint }) => fingerprint));
    assert.deepEqual(cas, [fingerprintOf(signed, "g1")]);
    assert.notDeepEqual(casIn(run), cas);
    const { orders: output } = outputsOf(run).services as { orders: { cas: string } };
    assert.equal(readCertificate(output.cas).fingerprint, fingerprintOf(signed, "g1"));
  });
});
