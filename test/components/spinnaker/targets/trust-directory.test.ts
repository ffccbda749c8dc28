import assert from "node:assert/strict";
import { halyardFiles } from "../../../../components/spinnaker/targets/halyard";
import { variables } from "../../../../components/spinnaker/targets/kustomize";
import { spinnakerConfig } from "../../../../components/spinnaker/targets/operator";
import type { TargetKind } from "../../../../components/spinnaker/service-table";
import { makeInstallation, secretNames, serviceOf } from "../make-installation";

/** Dinghy's clients read CAs from a directory named in the environment; they ignore its profile. */
describe("the directory of Dinghy's CAs", () => {
  const withDinghy = (target: TargetKind, trustsOthers: boolean) =>
    makeInstallation({ dinghy: { host: "dinghy", trustsOthers } }, { target, phase: "prepare" });

  const cases = [
    [false, "spinnaker-trust-5e6f7a8b", "trust"],
    [true, "spinnaker-dinghy-others-9c0d1e2f", "others"],
  ] as const;
  for (const [trustsOthers, secret, place] of cases)
    it(`is that in its profile, with ${trustsOthers ? "other CAs" : "Spinnaker's CAs"}`, () => {
      const operator = withDinghy("operator", trustsOthers);
      assert.deepEqual(spinnakerConfig(operator, secretNames(operator)), {
        profiles: {
          dinghy: {
            http: {
              cacertFile: `encryptedFile:k8s!n:${secret}!k:ca.pem`,
              clientCertFile: "encryptedFile:k8s!n:spinnaker-dinghy-keys-1a2b3c4d!k:tls.crt",
              clientKeyFile: "encryptedFile:k8s!n:spinnaker-dinghy-keys-1a2b3c4d!k:tls.key",
            },
          },
        },
        "service-settings": {
          dinghy: { env: { SSL_CERT_DIR: `/opt/dinghy/secrets/${secret}` } },
        },
      });

      const dinghy = serviceOf(withDinghy("kustomize", trustsOthers), "dinghy");
      assert.deepEqual(variables(dinghy), [
        { name: "SSL_CERT_DIR", value: `/opt/spinnaker/config/mtls/${place}` },
      ]);

      const halyard = withDinghy("halyard", trustsOthers);
      const files = halyardFiles(halyard, secretNames(halyard));
      assert.deepEqual(files.get("service-settings/dinghy.yml")?.env, {
        SSL_CERT_DIR: `/opt/spinnaker/mtls/${place}`,
      });
    });
});
