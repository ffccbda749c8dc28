import { secret } from "@pulumi/pulumi";
import { FAKE_TLS } from "./fake-tls";
import type { FakeType, Properties } from "./fake-types";

/** Suffix that auto-naming appends to the names of Kubernetes objects; constant, so that tests can write it. */
export const SUFFIX = "-0a1b2c3d";

const named: FakeType = ({ metadata }, name) => ({
  metadata: { name: name + SUFFIX, ...(metadata as Properties) },
});

/** Resource types whose computed outputs a preview does not know. */
export const FAKE_TYPES: Readonly<Record<string, FakeType>> = {
  ...FAKE_TLS,
  "random:index/randomId:RandomId": () => ({ hex: "01020304" }),
  "random:index/randomPassword:RandomPassword": () => ({ result: secret("generated-password") }),
  "kubernetes:helm.sh/v3:Release": () => ({ status: { revision: 1 } }),
};

/** Resource types whose computed outputs are known even at preview: the provider chooses names before it creates objects. */
export const FAKE_TYPES_KNOWN_EARLY: Readonly<Record<string, FakeType>> = {
  "kubernetes:core/v1:ConfigMap": named,
  "kubernetes:core/v1:Namespace": named,
  "kubernetes:core/v1:Secret": named,
};
