import assert from "node:assert/strict";
import { filesOf } from "../../../components/services/files";
import {
  referenceProblem,
  referencesIn,
  resolveReferences,
} from "../../../components/services/references";

const context = {
  files: filesOf({ form: "pkcs12", ca: { form: "bundle", names: { bundle: "root.crt" } } }),
  clients: "optional",
} as const;
const values = { keys: "db-keys-1a2b", ca: "db-ca-3c4d", digest: "0123456789abcdef" };

describe("references in chart values", () => {
  it("are found in every text, each once", () => {
    const found = referencesIn({
      a: "<countersign:keys>",
      b: ["<countersign:ca>/<countersign:keys>", { c: "x<countersign:digest>y" }],
      d: 3,
    });
    assert.deepEqual(found, ["keys", "ca", "digest"]);
  });

  it("are nothing that Helm, a shell, Kubernetes, TOML, HTML or XML writes", () => {
    const others = [
      "{{ .Values.keys }}",
      "${keys} $(keys) `keys` <<EOF",
      "cat <keys >ca",
      "[[keys]]",
      "<keys>countersign:keys</keys>",
      "< countersign:keys >",
    ];
    assert.deepEqual(referencesIn(others), []);
    assert.deepEqual(resolveReferences(others, context, values), others);
  });

  it("become names, and leave everything else as it is", () => {
    assert.deepEqual(
      resolveReferences(
        {
          secret: "<countersign:keys>",
          files: [
            "<countersign:keys.store>",
            "<countersign:keys.password>",
            "<countersign:ca.bundle>",
          ],
          text: "ssl <countersign:clients:off|optional|on>; # <countersign:ca>",
          annotations: { tls: "<countersign:digest>" },
          replicas: 2,
          enabled: true,
          nothing: null,
        },
        context,
        values,
      ),
      {
        secret: "db-keys-1a2b",
        files: ["keystore.p12", "password", "root.crt"],
        text: "ssl optional; # db-ca-3c4d",
        annotations: { tls: "0123456789abcdef" },
        replicas: 2,
        enabled: true,
        nothing: null,
      },
    );
  });

  it("have a problem exactly if they have no value", () => {
    for (const good of ["keys", "ca", "digest", "keys.store", "ca.bundle", "clients:a|b|c"])
      assert.equal(referenceProblem(good, context), undefined, good);
    for (const bad of [
      "",
      "Keys",
      "keys.",
      "keys.bundle",
      "ca.store",
      "digest.x",
      "clients:a|b",
      "clients:a||c",
    ])
      assert.notEqual(referenceProblem(bad, context), undefined, bad);
  });
});
