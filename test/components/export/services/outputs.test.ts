import assert from "node:assert/strict";
import { readServices } from "../../../../systems/services/outputs";
import { filesOf } from "../../../../components/services/files";
import { OTHER_CA } from "../../verify/make-material";
import { DB, RELEASE, makeServices } from "../../verify/make-services";

const read = (content: object) => readServices({ origin: "stack dev", content });

describe("the outputs of services", () => {
  it("describe each service completely", async () => {
    const made = await makeServices({
      db: {
        ...DB,
        server: { clients: "optional", port: 5432 },
        certificate: { commonName: "role" },
        files: {
          form: "combined",
          encoding: "pkcs8",
          names: { combined: "db.pem" },
          ca: { form: "directory", object: "Secret", name: "cas" },
        },
        trust: { certificates: OTHER_CA },
        calls: { other: { host: "192.0.2.7", elsewhere: true } },
      },
      web: { namespace: "ns", calls: { db: { host: "db" } }, release: RELEASE },
    });
    const [db, web] = made.stack.services;
    assert.ok(db && web);
    const { otherCas, cas, issued, digest, ...rest } = db;
    assert.deepEqual(
      otherCas.map(({ pem }) => pem),
      [OTHER_CA],
    );
    assert.equal(cas.map(({ pem }) => pem).join(""), made.caBundle);
    assert.match(issued ?? "", /^[\da-f]{64}$/);
    assert.match(digest, /^[\da-f]{16}$/);
    assert.deepEqual(rest, {
      name: "db",
      namespace: "ns",
      commonName: "role",
      host: "db.ns.svc",
      port: 5432,
      clients: "optional",
      presents: true,
      calls: { other: "192.0.2.7" },
      elsewhere: ["other"],
      keys: "db-tls",
      ca: "cas",
      files: filesOf({
        form: "combined",
        names: { combined: "db.pem" },
        ca: { form: "directory", object: "Secret" },
      }),
      restarts: [{ kind: "StatefulSet", name: "db" }],
      reloads: false,
      release: undefined,
    });
    assert.equal(web.clients, undefined);
    assert.deepEqual(web.calls, { db: "db" });
    assert.deepEqual(web.release, { name: "web", namespace: "ns", revision: 1 });
    assert.equal(web.keys, "service-web-keys-0a1b2c3d");
  });

  it("are none of a stack without services", () => {
    assert.equal(read({ releases: {} }), undefined);
  });

  const damaged: Readonly<Record<string, [object, RegExp]>> = {
    "a name that is none": [{ keys: "../x" }, /services\.db\.keys/],
    "a host that is none": [{ host: "no host" }, /services\.db\.host.*not a host/],
    "an unknown policy": [{ clients: "maybe" }, /services\.db\.clients/],
    "a file name that leads elsewhere": [
      { files: { names: { key: "..data" } } },
      /services\.db\.files\.names\.key.*not a file name/,
    ],
    "other CAs that are none": [{ otherCas: "nonsense" }, /otherCas/],
  };
  for (const [what, [change, message]] of Object.entries(damaged))
    it(`are refused with ${what}`, async () => {
      const { outputs } = await makeServices();
      const { services } = outputs as { services: { db: object } };
      const changed = { ...outputs, services: { ...services, db: { ...services.db, ...change } } };
      assert.throws(() => read(changed), { name: "CannotCheck", message });
    });
});
