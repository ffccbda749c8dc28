import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  exportCommand,
  filesOf,
  nextSteps,
} from "../../../../systems/choreo-connect/export/export-command";
import { readChoreoConnect } from "../../../../systems/choreo-connect/outputs";
import { saveExport } from "../../../../export/save";
import { CannotCheck } from "../../../../command/failure";
import { readPkcs12 } from "../../../../x509";
import { runExport } from "../../../unit/cli/export/run-export";
import { edited, publish, type Published } from "./make-stack";

const refused = (message: string) => (error: unknown) => {
  assert.ok(error instanceof CannotCheck, String(error));
  assert.equal(error.message, message);
  return true;
};
const read = (content: unknown) => () => readChoreoConnect({ origin: "stack dev", content });
const without = (all: object, key: string) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name !== key));
/** Returns paths, with a mark at files that only their owner may read. */
const pathsOf = (files: ReturnType<typeof filesOf>) =>
  files.map(({ path, isSecret }) => (isSecret ? `${path} !` : path));

const API = (api: string, backend: string) =>
  ["endpoint_certificates.yaml", `${backend}.pem`].map(
    (file) => `apis/${api}/Endpoint-certificates/${file}`,
  );

describe("the export of a Choreo Connect in a cluster", () => {
  let published: Published;
  before(async () => {
    published = await publish("kubernetes", {
      ratings: { certificate: {}, routerTrust: {}, tls: {} },
    });
  });

  it("contains what is not in Secrets for each backend, and the certificates for each API", () => {
    const { stack, kept } = published;
    assert.deepEqual(pathsOf(filesOf(stack, kept)), [
      "backends/payments/ca.crt",
      "backends/payments/tls.yaml",
      "backends/ratings/ca.crt",
      "backends/ratings/tls.yaml",
      "backends/stock/tls.crt",
      "backends/stock/tls.key !",
      "backends/stock/ca.crt",
      "backends/stock/ca-certificates.crt",
      "backends/stock/tls.yaml",
      "backends/stock/.gitignore !",
      ...API("Shop-1.0.0", "payments"),
      "apis/Shop-1.0.0/Endpoint-certificates/ratings.pem",
      ...API("Stock-2.1.0", "stock"),
      "apis/Stock-2.1.0/Endpoint-certificates/stock_2.pem",
    ]);
  });

  it("fails without a key or certificate, and says what to do", () => {
    const { stack, kept } = published;
    assert.throws(
      () => filesOf(stack, { ...kept, backends: {} }),
      refused("the stack's outputs lack the key of backend stock: run `pulumi up` first"),
    );
    const backends = without(stack.issued.backends, "stock") as typeof stack.issued.backends;
    assert.throws(
      () => filesOf({ ...stack, issued: { ...stack.issued, backends } }, kept),
      refused("the stack's outputs lack the certificate of backend stock: run `pulumi up` first"),
    );
  });

  it("lists the next steps", () => {
    assert.deepEqual(nextSteps(published.stack, "out"), [
      "give out/backends/stock to the backend, configure its server as tls.yaml says, and restart it",
      ...["Shop-1.0.0", "Stock-2.1.0"].map(
        (api) =>
          `copy out/apis/${api}/Endpoint-certificates into the API project, and deploy it: \`apictl mg deploy api -f ${api}\``,
      ),
    ]);
  });

  describe("from outputs that somebody changed", () => {
    const elsewhere = ["..", "../payments", "a/b", ".", "", "/etc", "a\\b", "a\nb"];
    const wrong = (path: string, problem: string) =>
      refused(
        `the outputs of stack dev are not those of a deployed Choreo Connect ("${path}": ${problem}): run \`pulumi up\` first`,
      );
    for (const name of elsewhere)
      it(`refuses a path that leads out of the folder: ${JSON.stringify(name)}`, () => {
        const { choreoConnect, ...outputs } = published.outputs as {
          choreoConnect: { backends: Record<string, object>; apis: object };
        };
        const { backends, apis } = choreoConnect;
        const change = (part: object) => ({
          ...outputs,
          choreoConnect: { ...choreoConnect, ...part },
        });
        const { stock } = backends;
        for (const part of [{ backends: { [name]: stock } }, { apis: { ...apis, [name]: [] } }])
          assert.throws(read(change(part)), CannotCheck);
      });

    it("refuses an unknown cipher, version, form or endpoint", () => {
      const changed = (from: string, to: string) => read(edited(published.outputs, from, to));
      assert.throws(
        changed("ECDHE-RSA-AES128-GCM-SHA256", "NULL"),
        wrong("choreoConnect.upstreamTls.ciphers.1", "not a cipher that this version knows"),
      );
      assert.throws(
        changed('"minimum":"TLS1_2"', '"minimum":"SSL3"'),
        wrong(
          "choreoConnect.upstreamTls.minimum",
          'Invalid option: expected one of "TLS1_0"|"TLS1_1"|"TLS1_2"|"TLS1_3"',
        ),
      );
      assert.throws(
        changed("https://stock.example.com/api", "http://stock"),
        wrong("choreoConnect.backends.stock.endpoints.0", "not an endpoint"),
      );
      assert.throws(changed('"form":"pem"', '"form":"der"'), CannotCheck);
    });
  });

  it("requires a deployed Choreo Connect", () => {
    assert.throws(
      read({ caBundle: "" }),
      refused(
        "stack dev has no Choreo Connect: set countersign:choreoConnect, and run `pulumi up`",
      ),
    );
    assert.throws(
      read(without(published.outputs, "caBundle")),
      refused(
        'the outputs of stack dev are not those of a deployed Choreo Connect ("caBundle": Invalid input: expected string, received undefined): run `pulumi up` first',
      ),
    );
  });
});

describe("the export of a Choreo Connect with docker-compose", () => {
  let published: Published;
  let folder = "";
  before(async () => {
    published = await publish("compose");
    folder = mkdtempSync(join(tmpdir(), "countersign-cc-export-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const PARTS = ["router", "enforcer", "adapter"];
  const security = (part: string) => `docker-compose/resources/${part}/security`;

  it("contains the distribution's files that it replaces, besides backends and APIs", () => {
    const { stack, kept } = published;
    const files = filesOf(stack, kept);
    assert.deepEqual(pathsOf(files), [
      "backends/payments/password !",
      "backends/payments/keystore.p12 !",
      "backends/payments/truststore.p12 !",
      "backends/payments/tls.yaml",
      "backends/payments/.gitignore !",
      "backends/ratings/tls.crt",
      "backends/ratings/tls.key !",
      "backends/ratings/ca.crt",
      "backends/ratings/tls.yaml",
      "backends/ratings/.gitignore !",
      ...API("Ratings-1.0.0", "ratings"),
      ...PARTS.flatMap((part) => [
        `${security(part)}/keystore/mg.key !`,
        `${security(part)}/keystore/mg.pem`,
        `${security(part)}/truststore/mg.pem`,
      ]),
      `${security("adapter")}/truststore/controlplane.pem`,
      `${security("enforcer")}/truststore/wso2carbon.pem`,
      `${security("enforcer")}/keystore/backend-jwt.key !`,
      `${security("enforcer")}/keystore/backend-jwt.pem`,
      `${security("router")}/ca-certificates.crt`,
      "docker-compose/choreo-connect/docker-compose.override.yaml",
      ...PARTS.map((part) => `${security(part)}/keystore/.gitignore !`),
    ]);
    const at = (path: string) => files.find((file) => file.path === path)?.content ?? "";
    assert.equal(at(`${security("router")}/keystore/.gitignore`), "mg.key\n");
    assert.equal(at(`${security("enforcer")}/keystore/.gitignore`), "mg.key\nbackend-jwt.key\n");
    const store = at("backends/payments/keystore.p12");
    assert.ok(Buffer.isBuffer(store));
    assert.equal(at("backends/payments/password"), "generated-password");
    assert.equal(readPkcs12(store, "generated-password").keys[0]?.alias, "payments");
  });

  it("has secret files that only their owner may read, and is the same if repeated", () => {
    const { stack, kept } = published;
    const save = () =>
      saveExport(folder, filesOf(stack, kept), {
        record: ".countersign-choreo-connect.json",
        force: false,
      });
    save();
    const key = `${security("router")}/keystore/mg.key`;
    assert.equal(statSync(join(folder, key)).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(folder, key), "utf8"), kept.parts.router);
    const again = save();
    assert.deepEqual([...new Set(again.files.map(({ state }) => state))], ["unchanged"]);
    assert.deepEqual([again.deleted, again.left], [[], []]);
  });

  for (const part of PARTS)
    it(`fails without the ${part}'s key in the outputs`, () => {
      const { stack, kept } = published;
      const parts = without(kept.parts, part) as typeof kept.parts;
      const gateway = { ...stack.gateway, backends: [] };
      assert.throws(
        () => filesOf({ ...stack, gateway }, { ...kept, parts }),
        refused(`the stack's outputs lack the ${part}'s key: run \`pulumi up\` first`),
      );
    });

  it("fails without the key for tokens in the outputs", () => {
    const { stack, kept } = published;
    const { tokenSigner, ...others } = kept;
    assert.match(tokenSigner ?? "", /^-----BEGIN PRIVATE KEY-----\n/);
    assert.throws(
      () => filesOf(stack, others),
      refused("the stack's outputs lack the key for tokens: run `pulumi up` first"),
    );
  });

  it("fails without a password in the outputs", () => {
    const { stack, kept } = published;
    assert.throws(
      () => filesOf(stack, { ...kept, passwords: {} }),
      refused(
        "the stack's outputs lack the store password of backend payments: run `pulumi up` first",
      ),
    );
  });

  it("lists the next steps", () => {
    assert.deepEqual(nextSteps(published.stack, "out").slice(2), [
      "copy out/apis/Ratings-1.0.0/Endpoint-certificates into the API project, and deploy it: `apictl mg deploy api -f Ratings-1.0.0`",
      "if out is not the distribution itself, copy docker-compose/ over the one there; it replaces the public pair in all three parts",
      "let the containers read them: `chown -R 10500 docker-compose/resources/{router,enforcer,adapter}/security`",
      "remove `truststore/global-adapter.pem` and `truststore/consul/` of the adapter if you do not use them: they count as CAs for its clients",
      "restart all three at once: `docker-compose up -d --force-recreate`",
    ]);
  });
});

describe("countersign choreo-connect export with a file of outputs", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "countersign-export-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes everything if all keys are in Secrets of the cluster", async () => {
    const stock = { namespace: "shop", createNamespace: true };
    const { outputs } = await publish("kubernetes", { stock });
    const { text, to } = await runExport(
      exportCommand,
      folder,
      without(outputs, "choreoConnectKeys"),
      "--json",
    );
    const { target, files } = JSON.parse(text) as { target: string; files: { path: string }[] };
    assert.equal(target, "kubernetes");
    assert.ok(files.some(({ path }) => path.startsWith("apis/Shop-1.0.0/")));
    assert.ok(!files.some(({ path }) => path.endsWith(".key")));
    for (const { path } of files) assert.ok(statSync(join(to, path)).isFile(), path);
  });

  it("is refused if the stack keeps keys, even if the file contains them", async () => {
    const { outputs } = await publish("compose");
    await assert.rejects(runExport(exportCommand, folder, outputs), {
      name: "CannotCheck",
      message: /has no private keys, .*: give the stack with --stack/,
    });
    assert.equal(existsSync(join(folder, "out")), false);
  });
});
