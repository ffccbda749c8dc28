import assert from "node:assert/strict";
import type { Check } from "../../../verify/check";
import { fakeCluster, secret } from "../../unit/cli/fake-cluster";
import { keyPem } from "../../unit/x509/make-pkcs12";
import {
  BUNDLE,
  COMPOSE,
  KEYS,
  certificateOf,
  leafFor,
  linesOf,
  makeStack,
  verify,
} from "./make-choreo-connect";
import { CONFIG, deployment, makeInCluster, setEntry, type InCluster } from "./make-gateway-pods";

const NOT_OURS =
  "backend partner not-tried: its certificate is issued elsewhere, and its key is not available: no handshake of the router with it was tried.";

const verifyIn = (deployed: InCluster) =>
  verify(deployed, { cluster: fakeCluster(deployed.objects) });

/** Returns the failed checks of a Choreo Connect in a cluster after a change, except for what is not tried. */
async function brokenBy(change: (objects: InCluster["objects"]) => unknown): Promise<string[]> {
  const deployed = makeInCluster();
  change(deployed.objects);
  const lines = linesOf(await verifyIn(deployed));
  return lines.filter((line) => line !== NOT_OURS);
}

function setConfigToml(objects: InCluster["objects"], text: string): void {
  const { data } = objects[`ConfigMap/${CONFIG}`] as { data: Record<string, string> };
  data["config.toml"] = text;
}

/** Returns `party code` of each line, once. */
const briefly = (lines: readonly string[]) => [
  ...new Set(lines.map((line) => line.slice(0, line.indexOf(":")))),
];

const codesOf = (checks: readonly Check[], party: string) =>
  checks.filter((check) => check.party === party).map(({ code }) => code);

const PAIR = ["files", "key", "purpose", "expiry", "chain", "ca-life", "certificate", "names"];
const STRANGERS = [
  ...["refuses-no-certificate", "refuses-wrong-host", "refuses-foreign-ca", "refuses-expired"],
  ...["refuses-foreign-server", "refuses-expired-server"],
];

describe("the verification of a Choreo Connect", () => {
  it("covers all files that are exported for docker-compose, without a cluster", async () => {
    const deployed = makeStack(COMPOSE);
    const checks = await verify(deployed);
    assert.deepEqual(linesOf(checks), [NOT_OURS]);
    assert.deepEqual(codesOf(checks, "Choreo Connect enforcer"), [
      ...PAIR,
      ...["trust-store", "key-form", "trust-store", "accepted"],
      // Envoy compares no host.
      ...STRANGERS.filter((code) => code !== "refuses-wrong-host"),
      ...["token-key", "expiry", "token-issuers"],
    ]);
    assert.ok(codesOf(checks, "Choreo Connect adapter").includes("upstream-tls"));
    assert.deepEqual(codesOf(checks, "backend stock"), [
      ...["exported", ...PAIR, "key-form", "files", "files", "trust-store"],
      ...["tls-agreement", "accepted", ...STRANGERS],
    ]);
    const accepted = checks.filter(({ code }) => code === "accepted");
    assert.deepEqual(
      accepted.map(({ party, message }) => `${party}: ${message}`),
      [
        "Choreo Connect enforcer: the router gets in, with TLS 1.2",
        "Choreo Connect adapter: the router and the enforcer get in, with TLS 1.2",
        "backend payments: the router gets in at payments.example, pay.example: TLSv1.3 with TLS_AES_128_GCM_SHA256",
        "backend ratings: the router gets in at ratings.example: TLSv1.2 with ECDHE-ECDSA-AES128-GCM-SHA256",
        "backend stock: the router gets in at 10.20.0.7: TLSv1.3 with TLS_AES_128_GCM_SHA256",
      ],
    );
    const said = JSON.stringify(checks);
    for (const key of [
      ...Object.values(deployed.kept.parts),
      ...Object.values(deployed.kept.backends),
    ])
      assert.ok(!said.includes(key.split("\n")[1] ?? ""));
  });

  it("covers what pods mount in a cluster, and the objects of backends and APIs", async () => {
    const deployed = makeInCluster();
    const checks = await verifyIn(deployed);
    assert.deepEqual(linesOf(checks), [NOT_OURS]);
    assert.deepEqual(codesOf(checks, "Choreo Connect"), [
      ...["release", "roll-out", "drift", "mounted-objects", "private-keys"],
    ]);
    assert.deepEqual(codesOf(checks, "backend payments"), [
      ...["mounted-objects", "private-keys", ...PAIR, "key-form", "files", "trust-store"],
      ...["roll-out", "tls-agreement", "accepted", ...STRANGERS],
    ]);
    assert.deepEqual(codesOf(checks, "API Shop-1.0.0"), [
      ...["mounted-objects", "private-keys", "endpoint-certificates", "trust-store"],
    ]);
    const adapters = codesOf(checks, "Choreo Connect adapter");
    assert.ok(adapters.includes("config-toml") && adapters.includes("upstream-tls"));
    const enforcers = codesOf(checks, "Choreo Connect enforcer");
    assert.ok(enforcers.includes("token-key") && enforcers.includes("token-issuers"));
  });

  it("reports what it cannot try without the secret output", async () => {
    const checks = await verify(makeStack(COMPOSE), { kept: undefined });
    assert.deepEqual(briefly(linesOf(checks)), [
      ...["router", "enforcer", "adapter"].map((part) => `Choreo Connect ${part} not-tried`),
      ...["partner", "payments", "ratings", "stock"].map((name) => `backend ${name} not-tried`),
    ]);
    assert.ok(checks.every(({ code }) => code !== "accepted" && code !== "key"));
  });
});

describe("a Choreo Connect in a cluster", () => {
  it("fails if pods have an older certificate mounted", async () => {
    const { dnsNames } = makeInCluster().stack.gateway;
    const old = leafFor("router", dnsNames.router, { keys: KEYS.router });
    const lines = await brokenBy((objects) => {
      objects["Secret/old-keys"] = secret({
        "tls.crt": old + BUNDLE,
        "tls.key": keyPem(KEYS.router.privateKey),
      });
      const name = "gw-choreo-connect-gateway-runtime";
      objects[`Deployment/${name}`] = deployment(name, ["enforcer", "router"], {
        router: "old-keys",
      });
    });
    assert.deepEqual(briefly(lines), ["Choreo Connect drift", "Choreo Connect router certificate"]);
    assert.match(
      lines[1] ?? "",
      /Secret ns\/old-keys has a certificate \(SHA-256 \w{16}\.\.\.\) that is not the one issued last/,
    );
  });

  it("fails if only CAs are missing from a certificate file, although handshakes work today", async () => {
    const { dnsNames } = makeInCluster().stack.gateway;
    const leaf = certificateOf("router", dnsNames.router, KEYS.router);
    const lines = await brokenBy((objects) => setEntry(objects, "router-keys", "tls.crt", leaf));
    assert.deepEqual(briefly(lines), [
      "Choreo Connect router trust-store",
      "Choreo Connect enforcer trust-store",
      "Choreo Connect adapter trust-store",
    ]);
    assert.match(lines[0] ?? "", /Secret ns\/router-keys has its certificate without a CA/);
    assert.match(
      lines[1] ?? "",
      /router-ca-cert.pem in Secret ns\/router-keys contains only O=Choreo Connect, CN=router/,
    );
  });

  it("fails with the chart's defaults in pods and Ingresses", async () => {
    const lines = await brokenBy((objects) => {
      const name = "gw-choreo-connect-adapter";
      const standIn = "gw-choreo-connect-adapter-default-keystore";
      objects[`Secret/${standIn}`] = secret({ "tls.key": "a stand-in", "tls.crt": "a stand-in" });
      objects[`Deployment/${name}`] = deployment(name, ["adapter"], { adapter: standIn });
      objects["networking.k8s.io/v1/ingresses/gw-choreo-connect-router"] = {
        spec: { tls: [{ secretName: "gw-choreo-connect-default-ingress-tls" }] },
      };
    });
    const published = lines.filter((line) => line.includes(" published-key: "));
    assert.deepEqual(published, [
      "Choreo Connect router published-key: the Ingress of the router serves with Secret ns/gw-choreo-connect-default-ingress-tls, which the chart fills with content that everybody has.",
      `Choreo Connect adapter published-key: it has Secret ns/gw-choreo-connect-adapter-default-keystore mounted, which the chart fills with content that everybody has.`,
    ]);
  });

  it("fails if the router is told to verify nothing, so that strangers get through", async () => {
    const lines = await brokenBy((objects) => {
      const name = "gw-choreo-connect-adapter";
      const variable = { CC_ROUTER_UPSTREAM_TLS_DISABLESSLVERIFICATION: "TRUE" };
      objects[`Deployment/${name}`] = deployment(name, ["adapter"], {}, variable);
    });
    assert.deepEqual(briefly(lines), [
      "Choreo Connect adapter upstream-tls",
      ...["payments", "ratings", "stock"].flatMap((name) => [
        `backend ${name} refuses-wrong-host`,
        `backend ${name} refuses-foreign-server`,
      ]),
    ]);
    assert.match(
      lines[0] ?? "",
      /according to ConfigMap ns\/gw-choreo-connect-adapter-config-toml and its variables, the adapter has disableSslVerification = true/,
    );
  });

  it("passes if a variable overrides the configuration", async () => {
    const lines = await brokenBy((objects) =>
      setConfigToml(objects, "[router.upstream.tls]\ndisableSslVerification = true\n"),
    );
    assert.deepEqual(briefly(lines), ["Choreo Connect drift"]);
  });

  it("fails if the adapter cannot read its configuration, and says where", async () => {
    const lines = await brokenBy((objects) =>
      setConfigToml(objects, "[adapter.sourceControl.repository]\n  accessToken = $env{token}\n"),
    );
    assert.deepEqual(briefly(lines), [
      "Choreo Connect drift",
      "Choreo Connect adapter config-toml",
    ]);
    assert.match(
      lines[1] ?? "",
      /the adapter cannot read ConfigMap ns\/gw-choreo-connect-adapter-config-toml, so it does not start: in line 2, column 17, a value begins with \$; write it in quotes/,
    );
  });

  it("fails if the enforcer signs tokens with a pair that is not for tokens", async () => {
    const pair = "[[enforcer.jwtGenerator.keypair]]\n";
    const lines = await brokenBy((objects) => {
      const name = "gw-choreo-connect-adapter";
      const own = {
        CC_ENFORCER_JWTGENERATOR_KEYPAIR_0_PUBLICCERTIFICATEPATH: "/home/wso2/security/mine.pem",
        CC_ENFORCER_JWTGENERATOR_KEYPAIR_0_PRIVATEKEYPATH: "/home/wso2/security/keystore/mg.key",
      };
      objects[`Deployment/${name}`] = deployment(name, ["adapter"], {}, own);
      setConfigToml(objects, `${pair}useForSigning = true\n`);
    });
    assert.deepEqual(briefly(lines), ["Choreo Connect drift", "Choreo Connect enforcer token-key"]);
    assert.match(lines[1] ?? "", /the adapter tells it to sign tokens with the key of its own/);
  });
});
