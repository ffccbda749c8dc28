import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { writePrivate } from "./files";

/**
 * Writes the configuration of the API server's encryption at rest
 * (kubernetes.io/docs/tasks/administer-cluster/encrypt-data), with this control plane's own key, unless it exists. With
 * it, etcd's files contain no unencrypted Secret, and so no private key.
 *
 * `identity` lets the API server read what an earlier version has stored without encryption.
 */
export function ensureEncryption(file: string): void {
  if (existsSync(file)) return;
  const secret = randomBytes(32).toString("base64");
  const providers = [{ secretbox: { keys: [{ name: "local", secret }] } }, { identity: {} }];
  const configuration = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [{ resources: ["secrets"], providers }],
  };
  writePrivate(file, JSON.stringify(configuration));
}
