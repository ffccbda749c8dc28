import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkBackend } from "../../../systems/choreo-connect/verify/check-backend";
import { fakeCluster, secret } from "../../unit/cli/fake-cluster";
import { keys } from "../../unit/x509/make-keys";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { PUBLISHED, PUBLISHED_KEY_PEM } from "../../unit/x509/make-published";
import {
  BUNDLE,
  CA,
  COMPOSE,
  KEYS,
  OTHER_CA,
  expectLines,
  issuedAs,
  leafFor,
  linesOf,
  makeStack,
  surroundingsOf,
  type Deployed,
} from "./make-choreo-connect";
import { makeInCluster, setEntry, type InCluster } from "./make-gateway-pods";

/** Returns the failed checks of a backend without the router. */
async function faultsOf(
  name: string,
  { objects, ...deployed }: Deployed & Partial<Pick<InCluster, "objects">>,
): Promise<string[]> {
  const backend = deployed.stack.gateway.backends.find((each) => each.name === name);
  assert.ok(backend);
  const list = new Checklist(name);
  const cluster = objects && fakeCluster(objects);
  const access = { cluster, kept: deployed.kept };
  await checkBackend(backend, access, list, surroundingsOf(deployed));
  return linesOf(list.checks);
}

/** Returns the failed checks of a backend in the cluster, after a change. */
function brokenBy(
  name: string,
  change: (objects: InCluster["objects"]) => unknown,
): Promise<string[]> {
  const deployed = makeInCluster();
  change(deployed.objects);
  return faultsOf(name, deployed);
}

/** Returns the failed checks of payments with another certificate, as if the stack had issued it. */
async function reissued(
  options: Parameters<typeof leafFor>[2],
  key = KEYS.backend,
  hosts: readonly string[] = ["payments.example", "pay.example"],
): Promise<string[]> {
  const { stack, ...rest } = makeInCluster();
  const certificate = leafFor("payments", hosts, { keys: key, ...options });
  const backends = { ...stack.issued.backends, payments: issuedAs(certificate) };
  const changed = {
    ...rest,
    stack: { ...stack, issued: { ...stack.issued, backends } },
  };
  const pem = key === PUBLISHED ? PUBLISHED_KEY_PEM : keyPem(key.privateKey);
  changed.objects["Secret/payments-tls"] = secret({ "tls.crt": certificate, "tls.key": pem });
  const lines = await faultsOf("payments", changed);
  // Its Deployment was rolled out for the previous one.
  return lines.filter((line) => !line.startsWith("payments roll-out"));
}

describe("the verification of a backend in the cluster", () => {
  it("finds a missing object, or a missing key of one", async () => {
    expectLines(
      await brokenBy("payments", (objects) =>
        Reflect.deleteProperty(objects, "ConfigMap/router-ca"),
      ),
      /^payments mounted-objects: ConfigMap ns\/router-ca does not exist\.$/,
    );
    expectLines(
      await brokenBy("payments", (objects) => {
        objects["Secret/payments-tls"] = secret({ "tls.crt": CA });
      }),
      /^payments files: Secret ns\/payments-tls has no tls\.key\.$/,
    );
  });

  it("finds a pair in another form than the stack's", async () => {
    const { privateKey } = KEYS.backend;
    expectLines(
      await brokenBy("payments", (objects) => {
        setEntry(objects, "payments-tls", "tls.key", keyPem(privateKey, "sec1"));
      }),
      /^payments key-form: the key in Secret ns\/payments-tls is a "EC PRIVATE KEY" block, but the backend reads/,
    );
    expectLines(
      await reissued({}, keys("p384")),
      /^payments key-form: the key in .* is ECDSA-P384, but the stack created one with ECDSA-P256\.$/,
    );
  });

  it("finds a pair that everybody has", async () => {
    const found = await reissued({}, PUBLISHED);
    assert.ok(
      found.some((line) => line.startsWith("payments published-key: Secret ns/payments-tls holds")),
    );
  });

  it("finds a certificate that the router would refuse", async () => {
    expectLines(
      await reissued({}, KEYS.backend, ["payments.example"]),
      /^payments names: its certificate is for "payments.example", but the router compares it with pay\.example\.$/,
    );
    expectLines(
      await reissued({ purposes: ["1.3.6.1.5.5.7.3.2"] }),
      /^payments purpose: .*not for serverAuth/,
    );
    expectLines(
      await reissued({ signer: keys("p384"), issuer: [["CN", "Other CA"]] }),
      /^payments chain: its issuer .* is not trusted/,
    );
  });

  it("finds a certificate that is not the one issued last", async () => {
    expectLines(
      await brokenBy("payments", (objects) => {
        const other = leafFor("payments", ["payments.example", "pay.example"]);
        setEntry(objects, "payments-tls", "tls.crt", other);
      }),
      /^payments certificate: Secret ns\/payments-tls has a certificate/,
    );
  });

  it("finds a store that its password does not open", async () => {
    expectLines(
      await brokenBy("ratings", (objects) => {
        setEntry(objects, "ratings-tls", "password", "another one");
      }),
      /^ratings key-store: the key store in Secret ns\/ratings-tls cannot be opened/,
    );
  });

  it("finds missing or additional CAs for the router, and a key that many can read", async () => {
    const withCa = (content: string) => (objects: InCluster["objects"]) => {
      objects["ConfigMap/router-ca"] = { data: { "ca.crt": content } };
    };
    expectLines(
      await brokenBy("payments", withCa(CA)),
      /^payments trust-store: ca\.crt in ConfigMap ns\/router-ca lacks the stack's "CN=Gateway CA 2/,
    );
    expectLines(
      await brokenBy("payments", withCa(BUNDLE + OTHER_CA)),
      /^payments trust-store: .* also has "CN=Other CA .* certificates that it signs are accepted/,
    );
    expectLines(
      await brokenBy("payments", (objects) => {
        const data = { "ca.crt": BUNDLE, "tls.key": keyPem(KEYS.backend.privateKey) };
        objects["ConfigMap/router-ca"] = {
          metadata: { name: "router-ca" },
          data,
        };
      }),
      /^payments private-keys: ConfigMap ns\/router-ca has a private key in "tls\.key"\.$/,
    );
  });

  it("finds Deployments whose pods are older than the files", async () => {
    const path = "Deployment/payments";
    expectLines(
      await brokenBy("payments", (objects) => {
        objects[path] = {
          spec: {
            template: {
              metadata: {
                annotations: { "mounted.countersign/payments": "0123456789abcdef" },
              },
            },
          },
        };
      }),
      /^payments roll-out: Deployment ns\/payments was rolled out for other files: its annotation mounted\.countersign\/payments is 0123456789abcdef, but must be [0-9a-f]{16}\.$/,
    );
    expectLines(
      await brokenBy("payments", (objects) => Reflect.deleteProperty(objects, path)),
      /^payments roll-out: Deployment ns\/payments does not exist\.$/,
    );
    expectLines(
      await brokenBy("payments", (objects) => {
        Object.assign(objects[path] ?? {}, { status: { updatedReplicas: 0, replicas: 1 } });
      }),
      /^payments roll-out: Deployment ns\/payments runs the new template in 0 of 1 pods\.$/,
    );
  });
});

describe("the verification of a backend's own certificate", () => {
  it("compares it with its endpoints, and does not need its key", async () => {
    const deployed = makeStack(COMPOSE);
    const { gateway } = deployed.stack;
    const partner = gateway.backends.find(({ name }) => name === "partner");
    assert.ok(partner?.certificate.kind === "existing");
    const endpoints = [{ url: "https://other.example", host: "other.example", port: 443 }];
    const stack = {
      ...deployed.stack,
      gateway: { ...gateway, backends: [{ ...partner, endpoints }] },
    };
    expectLines(
      await faultsOf("partner", { ...deployed, stack }),
      /^partner names: its certificate is for "partner.example", but the router compares it with other\.example\.$/,
      /^partner not-tried: /,
    );
  });
});
