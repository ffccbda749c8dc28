import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { backendFiles } from "../../components/choreo-connect/gateway-files";
import { backendOf, hasStore, type Backend } from "../../components/choreo-connect/gateway";
import { RECOMMENDED } from "../../components/choreo-connect/upstream-tls";
import { readCertificates } from "../../x509";
import { makeCa } from "../unit/x509/make-certificate";

const PASSWORD = "correct horse";

function backend(name: string, namespace?: string): Backend {
  return backendOf(name, {
    endpoints: [`https://${name}.example`],
    certificate: { kind: "existing", certificates: makeCa() },
    routerTrust: { forms: ["jks"], publicCas: {} },
    namespace,
  });
}

/** Creates the JKS stores of backends, and returns them alone. */
function made(backends: readonly Backend[], bundle: string) {
  return backends.flatMap((each) => {
    const password = hasStore(each) && each.namespace === undefined ? PASSWORD : undefined;
    const material = { certificate: undefined, key: undefined, password, bundle };
    const files = backendFiles(each, RECOMMENDED, material);
    return files.filter(({ path }) => path.endsWith(".jks"));
  });
}

describe("A JKS trust store for a backend in Java", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "countersign-jks-"));
  after(() => rmSync(folder, { recursive: true }));

  /** Returns what keytool, which is Java's own reader, finds in a store. */
  const listed = async (store: Buffer | string, password = PASSWORD) => {
    const path = join(folder, "truststore.jks");
    writeFileSync(path, store);
    const args = ["-list", "-rfc", "-keystore", path, "-storetype", "JKS"];
    const { stdout } = await promisify(execFile)(
      "keytool",
      ["-J-Duser.language=en", ...args, "-storepass:env", "STORE_PASSWORD"],
      { env: { ...process.env, STORE_PASSWORD: password } },
    );
    return {
      aliases: [...stdout.matchAll(/^Alias name: (.*)$/gm)].map(([, alias]) => alias).sort(),
      kinds: new Set([...stdout.matchAll(/^Entry type: (.*)$/gm)].map(([, kind]) => kind)),
      certificates: readCertificates(
        (stdout.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).join("\n"),
      )
        .map(({ fingerprint }) => fingerprint)
        .sort(),
    };
  };

  it("contains every generation of the CA, which Java trusts for the router", async () => {
    const bundle = makeCa() + makeCa() + makeCa();
    const [store, ...more] = made([backend("ledger"), backend("stock", "shop")], bundle);
    assert.deepEqual(more, [], "a backend in the cluster has no files");
    assert.ok(store);
    assert.deepEqual([store.path, store.isSecret], ["backends/ledger/truststore.jks", true]);
    assert.equal(Buffer.from(store.content).readUInt32BE(0), 0xfeedfeed, "the magic of JKS");
    assert.deepEqual(await listed(store.content), {
      aliases: ["router", "router-2", "router-3"],
      kinds: new Set(["trustedCertEntry"]),
      certificates: readCertificates(bundle)
        .map(({ fingerprint }) => fingerprint)
        .sort(),
    });
  });

  it("opens only with its password", async () => {
    const [store] = made([backend("ledger")], makeCa());
    assert.deepEqual((await listed(store?.content ?? "")).aliases, ["router"]);
    await assert.rejects(listed(store?.content ?? "", "another one"));
  });

  it("is the same for the same CAs and password, so that an export leaves it unchanged", () => {
    const bundle = makeCa() + makeCa();
    assert.deepEqual(made([backend("ledger")], bundle), made([backend("ledger")], bundle));
  });
});
