import assert from "node:assert/strict";
import { readCertificate, readCertificateRequest, readCertificates } from "../../../x509";
import { facts } from "../../../facts";
import { outputsOf, registered, said, secretOf, stacksOf, topsOf } from "../enrollment/parties";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { reveal, visible } from "../wire";
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
  signAll,
} from "./stacks";

const STACK = `stack ${SIGNER}`;
const STEP =
  'warn: Services: db will require certificates from the first update on: if clients already call without one, deploy "optional" first';
const UNREADABLE = `${STACK} cannot be read (unknown stack "${SIGNER}")`;

describe("services that another stack signs for", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ asked, signed, deployed } = await signAll()));

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

  it("publish their requests, need no CA, and have nothing in a cluster before they get certificates", () => {
    assert.deepEqual(asked.errors, []);
    assert.deepEqual(topsOf(asked), [
      "countersign:enrollment:Enrollment service-db",
      "countersign:enrollment:Enrollment service-orders",
    ]);
    const [db, orders] = ["db", "orders"].map((name) => {
      const { request, key } = requestsOf(asked)[name] ?? { request: "", key: "" };
      assert.equal(key, "k1");
      const { subject, dnsNames } = readCertificateRequest(request);
      return { subject: subject.text, dnsNames };
    });
    assert.deepEqual(db, {
      subject: "O=shop, CN=db",
      dnsNames: ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"],
    });
    assert.deepEqual(orders, { subject: "O=shop, CN=orders", dnsNames: [] });
  });

  it("say together what they wait for, and each in the outputs", () => {
    assert.deepEqual(said(asked), [STEP, `info: service db, service orders wait: ${UNREADABLE}`]);
    assert.deepEqual(outputsOf(asked).waiting, {
      "service db": UNREADABLE,
      "service orders": UNREADABLE,
    });
    assert.deepEqual(outputsOf(asked).services, {});
  });

  it("get certificates for what they are granted, with the uses of their roles", () => {
    assert.deepEqual(signed.errors, []);
    const usesOf = (name: string) =>
      (reveal(find(signed.resources, name).inputs) as { allowedUses: string[] }).allowedUses;
    assert.deepEqual(usesOf("service-shop.db-certificate"), ["digital_signature", "server_auth"]);
    assert.deepEqual(usesOf("service-shop.orders-certificate"), [
      "digital_signature",
      "client_auth",
    ]);
    assert.deepEqual(Object.keys(admissionsOf(signed).services), [
      `${MEMBER}/db`,
      `${MEMBER}/orders`,
    ]);
  });

  it("deploy them with their keys, and share the CAs of the signer", () => {
    assert.deepEqual(deployed.errors, []);
    assert.deepEqual(
      treeOf(deployed.resources).filter((line) => /service/.test(line)),
      [
        "  countersign:enrollment:Enrollment service-db",
        "    tls:index/privateKey:PrivateKey service-db-k1-key",
        "  countersign:enrollment:Enrollment service-orders",
        "    tls:index/privateKey:PrivateKey service-orders-k1-key",
        "  countersign:enrollment:Signer services-signer",
        "  countersign:services:Service service-db",
        "    kubernetes:apps/v1:StatefulSetPatch service-db-restart-statefulset-db",
        "    kubernetes:core/v1:Secret service-db-keys",
        "  countersign:services:Service service-orders",
        "    kubernetes:apps/v1:DeploymentPatch service-orders-restart-deployment-orders",
        "    kubernetes:core/v1:Secret service-orders-keys",
        "  kubernetes:core/v1:ConfigMap services-shop-services-ca",
      ],
    );
    const pair = secretOf(deployed, "service-db-keys");
    assert.equal(pair["tls.crt"], admissionsOf(signed).services[`${MEMBER}/db`]?.certificate);
    assert.match(pair["tls.key"] ?? "", /^-----BEGIN PRIVATE KEY-----/);
    assert.deepEqual(casIn(deployed), [fingerprintOf(signed, "g1")]);
    assert.deepEqual(Object.keys(outputsOf(deployed).services as object), ["db", "orders"]);
    assert.equal(outputsOf(deployed).waiting, undefined);
  });

  it("state who signed their certificates, whom they trust, and the CAs once", () => {
    const factsOf = (name: string, type: string) =>
      facts.parse(visible(find(deployed.resources, name, type).inputs));
    const { authority } = factsOf("services-signer", "Signer");
    assert.deepEqual(Object.keys(authority?.generations ?? {}), ["g1"]);
    const enrollment = factsOf("service-db", "Enrollment");
    assert.equal(enrollment.authority, undefined);
    assert.deepEqual(enrollment.certificates?.["service-db"]?.origin, "received");
    const { peers, certificates } = factsOf("service-db", "services:Service");
    assert.equal(certificates, undefined);
    assert.deepEqual(
      peers?.map(({ presents, trusts }) => ({ presents, trusts })),
      [{ presents: "service-db", trusts: ["services-signer/g1"] }],
    );
    const elsewhere = facts.parse(
      visible(find(signed.resources, "service-registration").inputs),
    ).peers;
    assert.deepEqual(elsewhere?.[0], {
      party: "service shop/db",
      source: "serviceEnrollments.shop.services.db",
      presents: "service-shop.db-certificate",
      dials: [],
      elsewhere: true,
      tells: true,
    });
  });

  it("never give away their private keys", () => {
    const key = secretOf(deployed, "service-db-keys")["tls.key"] ?? "";
    const body = key.split("\n")[1] ?? "";
    assert.ok(body.length > 60);
    for (const run of [asked, signed, deployed])
      assert.ok(!JSON.stringify(outputsOf(run)).includes(body));
    assert.ok(!JSON.stringify([...signed.state]).includes(body));
    assert.ok(JSON.stringify([...deployed.state]).includes(body));
  });

  it("keep what they have deployed if nothing comes any more", async () => {
    const run = await runMember({}, { state: deployed.state });
    assert.deepEqual(run.errors, []);
    assert.equal(
      secretOf(run, "service-db-keys")["tls.crt"],
      secretOf(deployed, "service-db-keys")["tls.crt"],
    );
    assert.deepEqual(said(run), [
      `warn: ${UNREADABLE}: service db keeps using the certificate that it accepted before (likewise: service orders)`,
    ]);
  });

  it("are never deleted because a certificate is missing", async () => {
    const state = new Map(
      [...deployed.state].filter(([, { type }]) => !type.startsWith("countersign:enrollment")),
    );
    const run = await runMember({}, { state });
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [
      `${UNREADABLE}, and without a certificate the running deployment of service db would be deleted: nothing was changed`,
    ]);
  });

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
