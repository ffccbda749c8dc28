import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportWith } from "../../../../systems/services/export/export-command";
import { hashedDirectory, readJks } from "../../../../x509";
import { fakeCluster } from "../../../unit/cli/fake-cluster";
import { runExport } from "../../../unit/cli/export/run-export";
import {
  DB,
  ORDERS,
  entriesOf,
  makeServices,
  secretText,
  type Services,
} from "../../verify/make-services";

describe("countersign services export", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "countersign-export-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = ({ outputs, objects }: Services, ...args: string[]) =>
    runExport(
      exportWith(() => Promise.resolve(fakeCluster(objects))),
      folder,
      outputs,
      ...args,
    );
  const files = () =>
    readdirSync(join(folder, "out"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, "out").length + 1))
      .sort();
  const text = (path: string) => readFileSync(join(folder, "out", path), "utf8");

  it("writes the files of each service, keys for their owner only", async () => {
    const made = await makeServices();
    const { text: printed } = await run(made);
    assert.deepEqual(files(), [
      ".countersign-services.json",
      "db/ca/ca.crt",
      "db/keys/.gitignore",
      "db/keys/tls.crt",
      "db/keys/tls.key",
      "orders/ca/ca.crt",
      "orders/keys/.gitignore",
      "orders/keys/tls.crt",
      "orders/keys/tls.key",
    ]);
    assert.equal(text("db/keys/tls.key"), secretText(made, "db-tls", "tls.key"));
    assert.equal(text("db/ca/ca.crt"), entriesOf(made, "ConfigMap/services-ca")["ca.crt"]);
    for (const name of ["db", "orders"]) {
      assert.equal(statSync(join(folder, "out", name, "keys")).mode & 0o777, 0o700);
      assert.equal(statSync(join(folder, "out", name, "keys", "tls.key")).mode & 0o777, 0o600);
    }
    assert.ok(!printed.includes("PRIVATE KEY"));
    assert.match(printed, /^8 files for db, orders$/m);
  });

  it("says how to try what it wrote", async () => {
    const db = { ...DB, server: { clients: "optional", port: 5432 } };
    const { text: printed } = await run(await makeServices({ db, orders: ORDERS }), "--json");
    const { next } = JSON.parse(printed) as { next: string[] };
    const to = join(folder, "out");
    assert.deepEqual(next, [
      `${to} holds private keys: keep it out of git, and give each folder only to the service that it is for`,
      `let db read ${to}/db/keys and ${to}/db/ca, as its user, and restart it`,
      `try it as a server: \`openssl s_server -accept 5432 -cert ${to}/db/keys/tls.crt -key ${to}/db/keys/tls.key -CAfile ${to}/db/ca/ca.crt -partial_chain -verify_return_error -verify 8\``,
      `let orders read ${to}/orders/keys and ${to}/orders/ca, as its user, and restart it`,
      `try its calls to db: \`openssl s_client -connect db.ns.svc:5432 -servername db.ns.svc -verify_hostname db.ns.svc -verify_return_error -cert ${to}/orders/keys/tls.crt -key ${to}/orders/keys/tls.key -CAfile ${to}/orders/ca/ca.crt -partial_chain\``,
      "export again, and restart these services, after each `pulumi up` that renews a certificate or changes the CAs",
    ]);
  });

  it("writes each form as the service reads it", async () => {
    const made = await makeServices({
      all: { ...DB, files: { form: "combined", ca: { object: "keys" } } },
      java: { ...DB, files: { form: "jks", ca: { form: "jks" } } },
      beside: { ...DB, files: { form: "pkcs12", ca: { form: "pkcs12", object: "keys" } } },
      openssl: { ...DB, files: { ca: { form: "directory" } } },
      inside: { ...DB, files: { ca: { form: "directory", object: "keys" } } },
    });
    const { text: printed } = await run(made);
    const hashed = Object.keys(hashedDirectory([made.caBundle])).sort();
    assert.equal(hashed.length, 2);
    assert.deepEqual(
      files().filter((path) => !/\.gitignore$|\.json$/.test(path)),
      [
        "all/keys/ca.crt",
        "all/keys/tls.pem",
        "beside/keys/keystore.p12",
        "beside/keys/password",
        "beside/keys/truststore.p12",
        ...hashed.map((name) => `inside/ca/${name}`),
        "inside/keys/tls.crt",
        "inside/keys/tls.key",
        "java/ca/password",
        "java/ca/truststore.jks",
        "java/keys/keystore.jks",
        "java/keys/password",
        ...hashed.map((name) => `openssl/ca/${name}`),
        "openssl/keys/tls.crt",
        "openssl/keys/tls.key",
      ],
    );
    const store = readFileSync(join(folder, "out", "java/ca/truststore.jks"));
    assert.equal(readJks(store, text("java/ca/password")).trusted.length, 2);
    for (const secret of ["all/keys/tls.pem", "java/keys/password", "beside/keys/keystore.p12"])
      assert.equal(statSync(join(folder, "out", secret)).mode & 0o777, 0o600);
    assert.match(printed, /openssl s_server .*-CApath \S+\/openssl\/ca -partial_chain/);
    assert.ok(!/openssl s_server .*java/.test(printed));
  });

  it("writes only the chosen services, and deletes what an earlier export wrote for others", async () => {
    const made = await makeServices();
    await run(made);
    chmodSync(join(folder, "out", "db", "keys", "tls.key"), 0o644);
    const { text: printed } = await run(made, "--service", "db", "--json");
    const { deleted, files: written } = JSON.parse(printed) as {
      deleted: string[];
      files: { path: string; state: string }[];
    };
    assert.deepEqual(
      deleted.filter((path) => !path.endsWith(".gitignore")),
      ["orders/ca/ca.crt", "orders/keys/tls.crt", "orders/keys/tls.key"],
    );
    assert.ok(written.every(({ path, state }) => path.startsWith("db/") && state === "unchanged"));
    assert.ok(!existsSync(join(folder, "out", "orders")));
    assert.equal(statSync(join(folder, "out", "db", "keys", "tls.key")).mode & 0o777, 0o600);
  });

  const refusals: readonly (readonly [string, (made: Services) => void, string[], RegExp])[] = [
    [
      "a service that the stack does not have",
      () => undefined,
      ["--service", "queue"],
      /^--service: \S+ has no service "queue"; it has "db", "orders"$/,
    ],
    [
      "a cluster without the Secret",
      ({ objects }) => Reflect.deleteProperty(objects, "Secret/db-tls"),
      [],
      /^Secret ns\/db-tls does not exist in the cluster of context "test": is that the stack's cluster\?/,
    ],
    [
      "a Secret without the key",
      (made) => Reflect.deleteProperty(entriesOf(made, "Secret/db-tls"), "tls.key"),
      [],
      /^Secret ns\/db-tls has no tls\.key: run `pulumi up --refresh`, which restores it$/,
    ],
    [
      "a file name that leads elsewhere",
      ({ outputs }) => {
        const { services } = outputs as { services: { db: { files?: object } } };
        services.db.files = { names: { key: "../../key" } };
      },
      [],
      /services\.db\.files\.names\.key.*: not a file name/,
    ],
    [
      "a private key among the public CAs",
      (made) => {
        const cas = entriesOf(made, "ConfigMap/services-ca");
        cas["ca.crt"] = secretText(made, "db-tls", "tls.key");
      },
      [],
      /private key/,
    ],
  ];
  for (const [what, change, args, message] of refusals)
    it(`refuses ${what}, and writes nothing`, async () => {
      const made = await makeServices();
      change(made);
      await assert.rejects(run(made, ...args), { name: "CannotCheck", message });
      assert.ok(!existsSync(join(folder, "out")));
    });

  it("refuses a stack without services", async () => {
    const made = await makeServices();
    await assert.rejects(run({ ...made, outputs: { releases: {} } }), {
      name: "CannotCheck",
      message: /has no services: set countersign:services, and run `pulumi up`$/,
    });
  });
});
