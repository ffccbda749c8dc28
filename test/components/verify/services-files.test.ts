import assert from "node:assert/strict";
import { readCertificates } from "../../../x509";
import { keys } from "../../unit/x509/make-keys";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { PUBLISHED } from "../../unit/x509/make-published";
import { itFinds, remove, trustAlso } from "./break-services";
import { expectFailure } from "./expect-failure";
import { BY_OTHER_CA, OTHER_CA } from "./make-material";
import {
  DB,
  ORDERS,
  entriesOf,
  failuresOf,
  makeServices,
  reissue,
  secretText,
  setEntry,
  type Services,
} from "./make-services";

const CAS = "ConfigMap/services-ca";
const DAY = 24 * 3_600_000;
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString();

/** Gives the server the Secret of its caller. */
function swap({ objects }: Services): void {
  objects["Secret/db-tls"] = structuredClone(objects["Secret/orders-tls"] ?? {});
}

describe("the certificate and the key of a service", () => {
  itFinds({ db: DB, orders: ORDERS }, [
    [
      "no Secret",
      (made) => remove(made, "Secret/db-tls"),
      "mounted-objects",
      /^Secret ns\/db-tls does not exist\.$/,
    ],
    [
      "no file",
      (made) => remove(made, "Secret/db-tls", "tls.key"),
      "files",
      /^Secret ns\/db-tls has no tls\.key\.$/,
    ],
    [
      "another service's Secret",
      swap,
      "certificate",
      /^Secret ns\/db-tls has a certificate \(SHA-256 [\da-f]{16}\.\.\.\) that is not the one issued last/,
    ],
    [
      "another service's name",
      swap,
      "identity",
      /^the name \(CN\) in its certificate, O=ns, CN=orders, is not db\.$/,
    ],
    ["a client's certificate", swap, "purpose", /serverAuth/],
    [
      "another key",
      (made) => setEntry(made, "db-tls", "tls.key", keyPem(keys("p256").privateKey)),
      "key",
      /^the private key in Secret ns\/db-tls is not that of its certificate, O=ns, CN=db\.$/,
    ],
    [
      "no PEM",
      (made) => setEntry(made, "db-tls", "tls.crt", "nonsense"),
      "certificate",
      /^Secret ns\/db-tls/,
    ],
    [
      "a key in another form",
      (made) => {
        reissue(made, "db");
        setEntry(made, "db-tls", "tls.key", keyPem(keys("p256").privateKey, "sec1"));
      },
      "key-form",
      /^the key in Secret ns\/db-tls is a "EC PRIVATE KEY" block, but the stack writes "PRIVATE KEY"/,
    ],
    [
      "a certificate of another CA",
      (made) => reissue(made, "db", BY_OTHER_CA),
      "chain",
      /CN=Other CA/,
    ],
    [
      "an expired certificate",
      (made) => reissue(made, "db", { notBefore: daysFromNow(-9), notAfter: daysFromNow(-1) }),
      "expiry",
      /expired/,
    ],
    [
      "the key identifier of another CA",
      (made) => reissue(made, "db", { authorityKeyId: "0123" }),
      "key-ids",
      /./,
    ],
    [
      "a certificate that is for other names",
      (made) => reissue(made, "db", { extensions: [] }),
      "names",
      /^orders would dial db\.ns\.svc, but its certificate is for /,
    ],
  ]);

  it("are found to be wrong: a key that everyone has", async () => {
    const made = await makeServices();
    reissue(made, "db", { keys: PUBLISHED });
    expectFailure(await failuresOf(made), "service db", "published-key", /mg\.key/);
  });

  it("are reported early before their end", async () => {
    const made = await makeServices();
    reissue(made, "db", { notBefore: daysFromNow(-80), notAfter: daysFromNow(5) });
    const [warning, ...others] = await failuresOf(made);
    assert.equal(others.length, 0);
    assert.equal(warning?.severity, "warning");
    assert.equal(warning.code, "expiry");
  });

  it("are found to be wrong in the caller, whose calls fail then", async () => {
    const made = await makeServices();
    remove(made, "Secret/orders-tls");
    const failures = await failuresOf(made);
    expectFailure(failures, "service orders", "mounted-objects", /ns\/orders-tls does not exist/);
    expectFailure(failures, "service db", "accepted", /^orders has no working files\.$/);
  });
});

describe("one file with the certificate and the key of a service", () => {
  itFinds({ db: { ...DB, files: { form: "combined" } }, orders: ORDERS }, [
    [
      "no key",
      (made) => {
        const text = secretText(made, "db-tls", "tls.pem");
        setEntry(made, "db-tls", "tls.pem", text.slice(0, text.indexOf("-----BEGIN PRIVATE")));
      },
      "key-form",
      /^the key in Secret ns\/db-tls is not PEM/,
    ],
    [
      "only half a certificate",
      (made) => setEntry(made, "db-tls", "tls.pem", secretText(made, "db-tls", "tls.pem").slice(9)),
      "certificate",
      /^Secret ns\/db-tls/,
    ],
  ]);
});

describe("the CAs that a service trusts", () => {
  itFinds({ db: DB, orders: ORDERS }, [
    [
      "no object",
      (made) => remove(made, CAS),
      "mounted-objects",
      /^ConfigMap ns\/services-ca does not exist\.$/,
    ],
    [
      "no file",
      (made) => remove(made, CAS, "ca.crt"),
      "files",
      /^ConfigMap ns\/services-ca has no ca\.crt\.$/,
    ],
    [
      "a stranger",
      (made) => trustAlso(made, OTHER_CA),
      "trust-store",
      /^ca\.crt in ConfigMap ns\/services-ca also has "CN=Other CA .*certificates that it signs are accepted\.$/,
    ],
    [
      "a generation is missing",
      (made) => (entriesOf(made, CAS)["ca.crt"] = readCertificates(made.caBundle)[0]?.pem ?? ""),
      "trust-store",
      /^ca\.crt in ConfigMap ns\/services-ca lacks the stack's "CN=Dev CA/,
    ],
    [
      "no PEM",
      (made) => (entriesOf(made, CAS)["ca.crt"] = "nonsense"),
      "trust-store",
      /^ca\.crt in ConfigMap ns\/services-ca/,
    ],
    [
      "a private key",
      (made) => (entriesOf(made, CAS)["key.pem"] = keyPem(keys("p256").privateKey)),
      "private-keys",
      /^ConfigMap ns\/services-ca has a private key in "key\.pem"\.$/,
    ],
  ]);
});

describe("a folder with the CAs that a service trusts", () => {
  const FOLDER = "ConfigMap/services-ca-directory";
  const rename = (made: Services, to: (name: string) => string) => {
    const entries = entriesOf(made, FOLDER);
    for (const [name, pem] of Object.entries(entries)) {
      Reflect.deleteProperty(entries, name);
      entries[to(name)] = pem;
    }
  };
  itFinds({ db: { ...DB, files: { ca: { form: "directory" } } }, orders: ORDERS }, [
    [
      "names by which OpenSSL does not look",
      (made) => rename(made, (name) => name.replace(/^.{8}/, "0123abcd")),
      "trust-store",
      /^ConfigMap ns\/services-ca-directory has CN=Dev CA as 0123abcd\.0, but OpenSSL looks for it as [\da-f]{8}\.0\./,
    ],
    [
      "a gap in the numbers",
      (made) => rename(made, (name) => name.replace(/\.1$/, ".2")),
      "trust-store",
      /^ConfigMap ns\/services-ca-directory has [\da-f]{8}\.2, but not the number before it: OpenSSL stops before it\.$/,
    ],
    [
      "nothing in it",
      (made) => (made.objects[FOLDER] = { metadata: { name: "services-ca-directory" } }),
      "trust-store",
      /^the folder in ConfigMap ns\/services-ca-directory has no trust anchor/,
    ],
    [
      "no folder",
      (made) => remove(made, FOLDER),
      "mounted-objects",
      /^ConfigMap ns\/services-ca-directory does not exist\.$/,
    ],
  ]);
});
