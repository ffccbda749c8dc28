import assert from "node:assert/strict";
import { writeKeyStore, writeTrustStore } from "../../../x509";
import { secret } from "../../unit/cli/fake-cluster";
import { itFinds, remove } from "./break-services";
import { expectFailure } from "./expect-failure";
import { OTHER_CA } from "./make-material";
import {
  DB,
  entriesOf,
  failuresOf,
  makeServices,
  reissue,
  secretText,
  setEntry,
  update,
} from "./make-services";

for (const form of ["pkcs12", "jks"] as const) {
  const [keyStore, trustStore] =
    form === "jks" ? ["keystore.jks", "truststore.jks"] : ["keystore.p12", "truststore.p12"];
  describe(`${form} stores of a service`, () => {
    itFinds({ db: { ...DB, files: { form, ca: { form } } } }, [
      [
        "another password",
        (made) => setEntry(made, "db-tls", "password", "something else"),
        "key-store",
        /^the key store in Secret ns\/db-tls cannot be opened: The password is wrong/,
      ],
      [
        "a password that Java cannot use",
        (made) => setEntry(made, "db-tls", "password", "generated-password\n"),
        "password",
        /^the password in Secret ns\/db-tls ends with a line break/,
      ],
      [
        "no password",
        (made) => remove(made, "Secret/db-tls", "password"),
        "files",
        /^Secret ns\/db-tls has no password\.$/,
      ],
      [
        "a trust store in the place of the key store",
        (made) => {
          const store = entriesOf(made, "Secret/db-ca")[trustStore] ?? "";
          entriesOf(made, "Secret/db-tls")[keyStore] = store;
        },
        "key-store",
        /holds 0 keys, and must hold one\.$/,
      ],
      [
        "the store of the other format",
        (made) => setEntry(made, "db-tls", keyStore, "nonsense"),
        "key-store",
        /^the key store in Secret ns\/db-tls cannot be opened: /,
      ],
      [
        "the key in the trust store",
        (made) => {
          const store = entriesOf(made, "Secret/db-tls")[keyStore] ?? "";
          entriesOf(made, "Secret/db-ca")[trustStore] = store;
        },
        "trust-store",
        /^the trust store in Secret ns\/db-ca holds a private key, which many can read\./,
      ],
      [
        "no trust store",
        (made) => remove(made, "Secret/db-ca"),
        "mounted-objects",
        /^Secret ns\/db-ca does not exist\.$/,
      ],
    ]);
  });
}

describe("PKCS#12 stores of a service, written by hand", () => {
  const PASSWORD = "correct horse";

  it("are found to be wrong: another pair, and other CAs", async () => {
    const made = await makeServices({
      db: { ...DB, files: { form: "pkcs12", ca: { form: "pkcs12" } } },
    });
    const other = await makeServices();
    reissue(other, "db");
    const store = writeKeyStore(
      {
        alias: "db",
        chainPem: secretText(other, "db-tls", "tls.crt"),
        privateKeyPem: secretText(other, "db-tls", "tls.key"),
      },
      PASSWORD,
    );
    const trusted = writeTrustStore([{ alias: "other", certificatePem: OTHER_CA }], PASSWORD);
    made.objects["Secret/db-tls"] = secret({ "keystore.p12": store, password: PASSWORD });
    made.objects["Secret/db-ca"] = secret({ "truststore.p12": trusted, password: PASSWORD });
    const failures = await failuresOf(made);
    expectFailure(failures, "service db", "certificate", /that is not the one issued last/);
    expectFailure(failures, "service db", "trust-store", /lacks the stack's .* also has "CN=Other/);
  });

  it("are not known to be old if no certificate is issued yet", async () => {
    const made = await makeServices();
    reissue(made, "db");
    update(made, "db", { issued: undefined });
    assert.deepEqual(await failuresOf(made), []);
  });
});
