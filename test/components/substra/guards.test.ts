import assert from "node:assert/strict";
import fc from "fast-check";
import { guardedOverrides, type ChartValues } from "../../../components/kubernetes/helm/chart";
import { BACKEND_GUARDS, ORCHESTRATOR_GUARDS } from "../../../components/substra/charts";

describe("guardedOverrides of the orchestrator", () => {
  const paths = (overrides: ChartValues) =>
    guardedOverrides(overrides, ORCHESTRATOR_GUARDS).map(({ path }) => path);

  const refused: [string, ChartValues, string[]][] = [
    ["TLS off", { orchestrator: { tls: { enabled: false } } }, ["orchestrator.tls.enabled"]],
    ["TLS as a text", { orchestrator: { tls: { enabled: "true" } } }, ["orchestrator.tls.enabled"]],
    ["TLS removed", { orchestrator: { tls: null } }, ["orchestrator.tls"]],
    ["everything removed", { orchestrator: null }, ["orchestrator"]],
    [
      "mutual TLS as an empty map, which Helm treats as false",
      { orchestrator: { tls: { mtls: { enabled: {} } } } },
      ["orchestrator.tls.mtls.enabled"],
    ],
    [
      "the MSP check off",
      { orchestrator: { verifyClientMSPID: false } },
      ["orchestrator.verifyClientMSPID"],
    ],
    [
      "other Secrets",
      {
        orchestrator: {
          tls: {
            cacert: "mine",
            secrets: { pair: "mine" },
            mtls: { clientCACerts: { MyOrg1MSP: ["mine"] } },
            createCertificates: { enabled: true },
          },
        },
      },
      [
        "orchestrator.tls.cacert",
        "orchestrator.tls.secrets.pair",
        "orchestrator.tls.mtls.clientCACerts.MyOrg1MSP",
        "orchestrator.tls.createCertificates.enabled",
      ],
    ],
    [
      "other names for the Service",
      { nameOverride: "o", orchestrator: { fullnameOverride: "o" } },
      ["nameOverride", "orchestrator.fullnameOverride"],
    ],
    ["other channels", { channels: [] }, ["channels"]],
    ["channels as an empty map", { channels: {} }, ["channels"]],
    [
      "another host",
      { ingress: { hostname: "o.example", extraHosts: [] } },
      ["ingress.hostname", "ingress.extraHosts"],
    ],
    ["a removed ingress", { ingress: null }, ["ingress"]],
    ["another port", { service: { port: 443 } }, ["service.port"]],
    [
      "no roll when channels change",
      { podAnnotations: { "countersign/channels": "always" } },
      ["podAnnotations.countersign/channels"],
    ],
    [
      "a password",
      { database: { auth: { password: "p" } }, postgresql: { auth: { password: "p" } } },
      ["database.auth.password", "postgresql.auth.password"],
    ],
    [
      "another database",
      { database: { host: "db.example", port: 6432 }, postgresql: { enabled: false } },
      ["database.host", "database.port", "postgresql.enabled"],
    ],
  ];
  for (const [title, overrides, expected] of refused)
    it(`refuses ${title}`, () => {
      assert.deepEqual(paths(overrides), expected);
    });

  it("accepts overrides with the same value, and all others", () => {
    assert.deepEqual(
      paths({
        orchestrator: {
          verifyClientMSPID: true,
          tls: { enabled: true, mtls: { enabled: true } },
          logLevel: "DEBUG",
        },
        service: { port: 9000, type: "ClusterIP" },
        ingress: { annotations: { a: "b" }, enabled: false },
        podAnnotations: { team: "consortium" },
        database: { connectionParameters: "sslmode=require" },
        postgresql: { image: { registry: "mirror.example" } },
        channelsOfMine: [],
      }),
      [],
    );
  });

  it("leaves no override that changes a guarded value", () => {
    const leaf = fc.constantFrom<unknown>(true, false, null, "true", 0, 9000, {}, [], "x");
    const guards = fc.constantFrom(...ORCHESTRATOR_GUARDS);
    fc.assert(
      fc.property(guards, fc.nat({ max: 3 }), leaf, ({ path, allowed }, depth, value) => {
        const keys = path.split(".").slice(0, depth + 1);
        const at = keys.join(".");
        const overrides = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
        const guarded = ORCHESTRATOR_GUARDS.some((each) => `${at}.`.startsWith(`${each.path}.`));
        const harmless = at === path ? value === allowed : isEmptyMap(value) && !guarded;
        const found = paths(overrides as ChartValues);
        assert.deepEqual(found, harmless ? [] : [at]);
      }),
    );
  });
});

describe("guardedOverrides of a backend", () => {
  it("refuses every value of the connection, except that mutual TLS is on", () => {
    const overrides = {
      orchestrator: {
        host: "elsewhere.example",
        mspID: "MyOrg2MSP",
        tls: { enabled: true, cacert: "mine", mtls: { enabled: true, clientCertificate: "mine" } },
      },
      server: { replicaCount: 2 },
    };
    const wired =
      "may not be overridden: Countersign sets it for the certificates and Secrets it creates";
    assert.deepEqual(guardedOverrides(overrides, BACKEND_GUARDS), [
      { path: "orchestrator.host", message: wired },
      { path: "orchestrator.mspID", message: wired },
      { path: "orchestrator.tls.cacert", message: wired },
      { path: "orchestrator.tls.mtls.clientCertificate", message: wired },
    ]);
  });
});

function isEmptyMap(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 0
  );
}
