import assert from "node:assert/strict";
import { exportedFiles } from "../../../../components/spinnaker/exported-files";
import { secretsOf } from "../../../../components/spinnaker/profiles";
import { makeInstallation, secretNames } from "../make-installation";

describe("the names of a service's Secrets", () => {
  const installation = makeInstallation({ orca: {} });
  const names = secretNames(installation);

  it("are found by the service", () => {
    assert.equal(secretsOf(names, "orca").keys, "spinnaker-orca-keys-1a2b3c4d");
  });

  it("must exist, whatever the files are for", () => {
    const more = makeInstallation({ orca: {}, echo: {} });
    for (const target of [
      { kind: "operator", apiGroup: "spinnaker.io", name: "spinnaker" },
      { kind: "kustomize" },
      { kind: "halyard" },
    ] as const)
      assert.throws(() => exportedFiles(target, more, names), { message: "no Secrets for echo" });
  });
});
