import assert from "node:assert/strict";
import { makeExistingPair } from "./existing";
import { load, problemsOf } from "./make-config";

const SIGNER = "organization/countersign/ca";
const SIGNED_BY = { stack: SIGNER, trust: ["first-use"] };
const HEX = "0123456789abcdef".repeat(4);
const DB = { namespace: "shop", server: { clients: "required" }, restarts: ["statefulset/db"] };
const AUTHORITY = {
  subject: { commonName: "Shared CA" },
  generations: { g1: { state: "signing", validity: "1y" } },
};
const GROUP = {
  requests: { stack: "organization/countersign/shop" },
  namespace: "shop",
  services: { db: {} },
};

/** Problems of a stack whose services another stack signs for. */
const member = (db: object, sections: object = { servicesSignedBy: SIGNED_BY }) =>
  problemsOf({ services: { db: { ...DB, ...db } }, ...sections });

/** Problems of a stack that signs for services of others. */
const signer = (group: object, sections: object = { authority: AUTHORITY }) =>
  problemsOf({ serviceEnrollments: { shop: { ...GROUP, ...group } }, ...sections });

const granted = (group: object, clusterDomain?: string) => {
  const { services } = load({
    authority: AUTHORITY,
    serviceEnrollments: { shop: { ...GROUP, ...group } },
    ...(clusterDomain !== undefined && { clusterDomain }),
  });
  return services?.enrollments ?? [];
};

describe("services that another stack signs for", () => {
  it("need one section for all of them, and no CA", () => {
    const { services } = load({ servicesSignedBy: SIGNED_BY, services: { db: DB } });
    assert.deepEqual(services?.services.get("db")?.issuance, {
      kind: "elsewhere",
      source: { stack: SIGNER },
      sourceKey: "servicesSignedBy",
      trust: { fingerprints: [], firstUse: true },
      accept: undefined,
      trustKey: "servicesSignedBy.trust",
      isShared: true,
    });
  });

  it("may have a signer of their own, or only another admission that they accept", () => {
    const other = { stack: "organization/countersign/other", trust: [HEX] };
    const { services } = load({
      servicesSignedBy: SIGNED_BY,
      services: {
        db: { ...DB, signedBy: other },
        cache: { ...DB, signedBy: { accept: HEX } },
      },
    });
    const of = (name: string) => services?.services.get(name)?.issuance;
    assert.deepEqual(of("db"), {
      kind: "elsewhere",
      source: { stack: other.stack },
      sourceKey: "services.db.signedBy",
      trust: { fingerprints: [HEX], firstUse: false },
      accept: undefined,
      trustKey: "services.db.signedBy.trust",
      isShared: false,
    });
    assert.deepEqual(of("cache"), {
      kind: "elsewhere",
      source: { stack: SIGNER },
      sourceKey: "servicesSignedBy",
      trust: { fingerprints: [], firstUse: true },
      accept: HEX,
      trustKey: "servicesSignedBy.trust",
      isShared: true,
    });
  });

  it("are refused without a signer or without trust", () => {
    assert.deepEqual(member({ signedBy: { accept: HEX } }, {}), [
      "services.db.signedBy.stack: is missing, and so is directory; set one of them here, or for all services in servicesSignedBy",
      "services.db.signedBy.trust: is missing; set it here, or for all services in servicesSignedBy",
    ]);
    assert.deepEqual(member({}, { servicesSignedBy: { stack: SIGNER } }), [
      "servicesSignedBy.trust: is missing; it must be a list",
    ]);
    assert.deepEqual(member({}, { servicesSignedBy: { ...SIGNED_BY, stack: "ca" } }), [
      'servicesSignedBy.stack: found "ca"; write <organization>/<project>/<stack>, or organization/<project>/<stack> on a self-managed backend',
    ]);
  });

  it("decide nothing that the signer decides", () => {
    const { certificate: existing, key } = makeExistingPair();
    assert.deepEqual(
      member({ certificate: { validity: "60d", renewBefore: "20d", existing, key } }),
      ["validity", "renewBefore", "existing"].map(
        (name) =>
          `services.db.certificate.${name}: is decided by the stack that signs (signedBy), in its serviceEnrollments; remove it`,
      ),
    );
  });

  it("have keys with names, which other services do not have", () => {
    assert.deepEqual(member({ certificate: { keys: ["k1", "k2"] } }), []);
    assert.deepEqual(member({ certificate: { keys: ["existing"] } }), [
      'services.db.certificate.keys: lists "existing", but there is no such key; set certificate.key as a secret',
    ]);
    assert.deepEqual(member({ certificate: { keys: ["k1"] } }, { authority: AUTHORITY }), [
      "services.db.certificate.keys: is for a service whose certificate another stack signs (signedBy); remove it",
    ]);
  });

  it("cannot trust CAs that the signer does not publish", () => {
    assert.deepEqual(member({ files: { ca: { upToRoot: true } } }), [
      "services.db.files.ca.upToRoot: is true, but the stack that signs publishes no CA above its own; remove it, and add the root under trust",
    ]);
  });

  it("do not share the name of their CAs with services that trust others", () => {
    const named = { files: { ca: { name: "cas" } } };
    assert.deepEqual(
      problemsOf({
        authority: AUTHORITY,
        services: {
          cache: { ...DB, ...named },
          db: { ...DB, ...named, signedBy: SIGNED_BY },
        },
      }),
      [
        "services.db.files.ca.name: is the name of a ConfigMap in namespace shop that services.cache.files.ca.name has as well; choose another name",
      ],
    );
  });

  it("are refused if there are none", () => {
    assert.deepEqual(problemsOf({ servicesSignedBy: SIGNED_BY }), [
      "servicesSignedBy: is for services, but the stack has none; remove it, or add services",
    ]);
  });
});

describe("services that a stack signs for", () => {
  it("are granted what follows from their names and their namespace", () => {
    assert.deepEqual(granted({}), [
      {
        party: "service shop/db",
        service: "db",
        group: "shop",
        requests: { stack: "organization/countersign/shop" },
        role: "both",
        terms: {
          organization: "shop",
          commonName: "db",
          dnsNames: ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"],
          ipAddresses: [],
          uris: [],
          keyAlgorithms: ["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384"],
          source: "serviceEnrollments.shop.services.db",
        },
        validityHours: 2160,
        renewBeforeHours: 720,
        lifetimePath: ["serviceEnrollments", "shop"],
      },
    ]);
    const [db] = granted({}, "k8s.example");
    assert.equal(db?.terms.dnsNames?.at(-1), "db.shop.svc.k8s.example");
  });

  it("are granted what their group and they themselves say", () => {
    const [all, own] = granted({
      organization: "Shop",
      role: "client",
      certificate: { validity: "60d", algorithms: ["Ed25519"] },
      services: {
        all: {},
        own: {
          namespace: "store",
          serviceName: "postgres",
          role: "server",
          organization: "Store",
          commonName: "db_role",
          dnsNames: ["db.example.org"],
          ipAddresses: ["192.0.2.7"],
          uris: ["spiffe://example.org/db"],
          publicKey: HEX,
          certificate: { validity: "30d" },
        },
      },
    });
    const { terms: common, ...rest } = all ?? assert.fail();
    assert.deepEqual(
      [common.organization, common.dnsNames, common.keyAlgorithms, rest.role, rest.validityHours],
      ["Shop", [], ["Ed25519"], "client", 1440],
    );
    assert.deepEqual(own, {
      party: "service shop/own",
      service: "own",
      group: "shop",
      requests: { stack: "organization/countersign/shop" },
      role: "server",
      terms: {
        organization: "Store",
        commonName: "db_role",
        dnsNames: [
          "postgres",
          "postgres.store",
          "postgres.store.svc",
          "postgres.store.svc.cluster.local",
          "db.example.org",
        ],
        ipAddresses: ["192.0.2.7"],
        uris: ["spiffe://example.org/db"],
        keyAlgorithms: ["Ed25519"],
        publicKey: HEX,
        source: "serviceEnrollments.shop.services.own",
      },
      validityHours: 720,
      renewBeforeHours: 240,
      lifetimePath: ["serviceEnrollments", "shop", "services", "own"],
    });
  });

  it("need a CA that lives longer than their certificates", () => {
    assert.deepEqual(signer({}, {}), [
      "authority: is missing: a CA is needed to sign for the services of serviceEnrollments",
    ]);
    const outlives = (path: string) =>
      `serviceEnrollments.shop.${path}certificate.validity: 2y would outlive the CA: authority.generations.g1 is valid for 1y`;
    assert.deepEqual(signer({ certificate: { validity: "2y" } }), [outlives("")]);
    assert.deepEqual(signer({ services: { db: { certificate: { validity: "2y" } } } }), [
      outlives("services.db."),
    ]);
  });

  it("need an organization, and a lifetime that ends after its renewal", () => {
    assert.deepEqual(signer({ namespace: undefined }), [
      "serviceEnrollments.shop.services.db.organization: is missing: nothing tells which organization (O) it may ask for; set it, or namespace, here or for the whole group",
    ]);
    const late =
      "30d must be shorter than validity (20d), or the certificate would be renewed at every up";
    assert.deepEqual(
      signer({
        certificate: { renewBefore: "30d" },
        services: { db: { certificate: { validity: "20d" } } },
      }),
      [`serviceEnrollments.shop.services.db.certificate.renewBefore: ${late}`],
    );
    assert.deepEqual(signer({ certificate: { validity: "20d", renewBefore: "30d" } }), [
      `serviceEnrollments.shop.certificate.renewBefore: ${late}`,
    ]);
  });

  it("are refused twice for one stack, and without any", () => {
    assert.deepEqual(
      problemsOf({ authority: AUTHORITY, serviceEnrollments: { again: GROUP, shop: GROUP } }),
      [
        "serviceEnrollments.shop.services.db: is also under serviceEnrollments.again.services, for the same stack organization/countersign/shop; remove one of them",
      ],
    );
    assert.deepEqual(signer({ services: {} }), [
      "serviceEnrollments.shop.services: needs at least one service",
    ]);
    assert.deepEqual(signer({ services: { "a.b": {} } }), [
      'serviceEnrollments.shop.services["a.b"]: found "a.b"; write 1 to 63 lower-case letters, digits and inner hyphens',
    ]);
  });
});
