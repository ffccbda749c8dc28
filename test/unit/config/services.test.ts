import assert from "node:assert/strict";
import { goodExcept, load } from "./make-config";
import { makeExistingPair } from "./existing";
import {
  RELEASE,
  RELEASED,
  SERVICES,
  accepts,
  refusesServices,
  servicesWith,
} from "./make-services";
import { refuses } from "./refusals";

describe("the services of a stack", () => {
  refuses([
    ["an empty section", { services: {} }, "services: needs at least one service"],
    [
      "services without a CA",
      {
        authority: undefined,
        orchestrator: undefined,
        organizations: undefined,
        services: SERVICES,
      },
      "authority: is missing: the services need a CA. If another stack signs their certificates, set servicesSignedBy",
    ],
    [
      "a certificate that would outlive the CA",
      servicesWith({ "db/certificate": { validity: "20y" } }),
      "services.db.certificate.validity: 20y would outlive the CA: authority.generations.g1 is valid for 10y",
    ],
    [
      "one namespace that only one of two services creates",
      servicesWith({ "db/createNamespace": true }),
      'services.orders.createNamespace: is false, but services.db.createNamespace is true for the same namespace "shop"',
    ],
  ]);

  refusesServices([
    ["no namespace", { "db/namespace": undefined }, "db.namespace: is missing; it must be a text"],
    [
      "an unknown policy",
      { "db/server": { clients: "want" } },
      'db.server.clients: found "want"; must be one of tls, optional, required',
    ],
    [
      "a wildcard as a name",
      { "db/certificate": { dnsNames: ["*.shop"] } },
      'db.certificate.dnsNames[0]: found "*.shop"; write a host name in lower case, without scheme, port or wildcard',
    ],
    [
      "a relative URI",
      { "db/certificate": { uris: ["/orders"] } },
      'db.certificate.uris[0]: found "/orders"; write an absolute URI in ASCII, for example spiffe://example.org/orders',
    ],
    [
      "a workload of another kind",
      { "db/restarts": ["job/db"] },
      'db.restarts[0]: found "job/db"; write deployment/<name>, statefulset/<name>, daemonset/<name>',
    ],
  ]);
});

describe("the calls of services", () => {
  refusesServices([
    [
      "a call to a service that does not exist",
      { "orders/calls": { dbb: {} } },
      'orders.calls.dbb: is a service that this stack does not have; it has "db", "orders". For a service of another stack, set elsewhere: true and its host',
    ],
    [
      "a call to a service that is no server",
      { "db/calls": { orders: {} } },
      "db.calls.orders: calls a service that is no server; give services.orders a server, or remove the call",
    ],
    [
      "a host that no name of the callee covers",
      { "orders/calls": { db: { host: "db.example.org" } } },
      'orders.calls.db.host: found "db.example.org", which no name in the certificate of db covers: it has "db", "db.shop", "db.shop.svc" and 1 more. Call it by one of these, or add the host to services.db.certificate.dnsNames',
    ],
    [
      "a call to another stack without a host",
      { "orders/calls": { bank: { elsewhere: true } } },
      "orders.calls.bank.host: is missing: the host of a service in another stack is not known here",
    ],
    [
      "a call to another stack's service that this stack has",
      { "orders/calls": { db: { elsewhere: true, host: "db" } } },
      "orders.calls.db.elsewhere: is true, but this stack has this service; remove it",
    ],
    [
      "a caller without a certificate for a server that requires one",
      { "orders/client": false, "orders/server": { clients: "tls" } },
      'db.server.clients: "required" would cut off orders, which shows no certificate: set services.orders.client to true, or use "optional"',
    ],
  ]);
  accepts("a caller by any name of the callee", { "orders/calls": { db: { host: "db.shop" } } });
  accepts("a host of the server's own, which its certificate then has", {
    "db/server": { clients: "required", host: "db.example.org" },
  });
  accepts("a call to a service of another stack", {
    "orders/calls": { bank: { host: "bank.example.org", elsewhere: true } },
  });
});

describe("what rolls when the files of a service change", () => {
  refusesServices([
    [
      "nothing at all",
      { "db/restarts": [] },
      "db.restarts: is missing: nothing would make the service use its renewed certificate. List the workloads that mount the files, such as deployment/db, or set reloads: true if it reads changed files by itself",
    ],
    [
      "workloads of a service that reloads",
      { "db/reloads": true },
      "db.restarts: lists workloads, but the service reloads changed files by itself; remove one of them",
    ],
    [
      "a release that does not use the Secret",
      { ...RELEASED, "db/release/values": { replicas: 1 } },
      "db.release.values: does not contain <countersign:keys>, so nothing would use the Secret, whose name is generated. Write it where the chart expects the name of the Secret, or set files.secret",
    ],
    [
      "a release that a changed Secret with an exact name does not roll",
      { ...RELEASED, "db/files": { secret: "db-tls" } },
      "db.release.values: does not contain <countersign:digest>, so nothing would roll when the Secret changes, whose name stays. Write it into an annotation of the pods, or remove files.secret, list restarts, or set reloads: true if the service reads changed files by itself",
    ],
    [
      "two services with one release",
      { ...RELEASED, "orders/restarts": [], "orders/release": { ...RELEASE, name: "db" } },
      "orders.release.name: is the name of a release in namespace shop that services.db has as well; choose another name",
    ],
  ]);
  accepts("a service that reloads", { "db/restarts": [], "db/reloads": true });
  accepts("a release with the Secret's generated name", RELEASED);
  accepts("a release with an exact name and the digest", {
    ...RELEASED,
    "db/files": { secret: "db-tls" },
    "db/release/values": { podAnnotations: { tls: "<countersign:digest>" } },
  });
});

describe("a release of a service", () => {
  const values = (value: unknown) => ({
    ...RELEASED,
    "db/release/values": { secret: "<countersign:keys>", list: [{ value }] },
  });
  const at = "db.release.values.list[0].value";
  refusesServices([
    [
      "a reference to a file that the form does not have",
      values("<countersign:keys.store>"),
      `${at}: refers to <countersign:keys.store>, which is a file that the form pem does not have; it has <countersign:keys.certificate> and <countersign:keys.key>`,
    ],
    [
      "a reference to something that is no file",
      values("<countersign:keys.tls.crt>"),
      `${at}: refers to <countersign:keys.tls.crt>, which is not a file; it has <countersign:keys.certificate> and <countersign:keys.key>`,
    ],
    [
      "an unknown reference",
      values("<countersign:secret>"),
      `${at}: refers to <countersign:secret>, which is not known; there are <countersign:keys>, <countersign:keys.FILE>, <countersign:ca>, <countersign:ca.FILE>, <countersign:digest>, <countersign:clients:TLS|OPTIONAL|REQUIRED>`,
    ],
    [
      "a policy with two words",
      values("<countersign:clients:off|on>"),
      `${at}: refers to <countersign:clients:off|on>, which must have three words, for tls, optional, required, such as <countersign:clients:off|optional|on>`,
    ],
    [
      "the policy of a service that is no server",
      { ...values("<countersign:clients:a|b|c>"), "db/server": undefined, "orders/calls": {} },
      `${at}: refers to <countersign:clients:a|b|c>, which is for a server, but the service has no \`server\``,
    ],
    [
      "a private key among the values",
      values(makeExistingPair().key),
      `${at}: contains a private key, which would be stored with the release: refer to the Secret by <countersign:keys>`,
    ],
    [
      "a chart without a version",
      { ...RELEASED, "db/release/chart": { repository: "https://charts.example", name: "db" } },
      "db.release.chart: needs a path, or a repository with a name and a version",
    ],
    [
      "a folder and a repository",
      { ...RELEASED, "db/release/chart": { path: "charts/orchestrator", name: "db" } },
      "db.release.chart: has both a path and a repository's chart; write only one of them",
    ],
  ]);
});

describe("the settings of a service", () => {
  const settings = (changes: Readonly<Record<string, unknown>> = {}) => {
    const { services } = load(goodExcept(servicesWith(changes)));
    return services?.services;
  };

  it("have exact names of objects, by which others mount them", () => {
    const files = settings()?.get("db")?.files;
    assert.equal(files?.secret, "db-tls");
    assert.equal(files.ca?.name, "services-ca");
  });

  it("have generated names with a release, so that a renewal rolls it", () => {
    const files = settings(RELEASED)?.get("db")?.files;
    assert.equal(files?.secret, undefined);
    assert.equal(files?.ca?.name, undefined);
  });

  it("have a role that follows from server and calls", () => {
    const roleOf = (changes: Readonly<Record<string, unknown>>) =>
      settings(changes)?.get("orders")?.role;
    assert.equal(roleOf({}), "client");
    assert.equal(roleOf({ "orders/server": { clients: "tls" } }), "both");
    assert.equal(roleOf({ "orders/server": { clients: "tls" }, "orders/calls": {} }), "server");
    assert.equal(
      roleOf({ "orders/server": { clients: "tls" }, "orders/calls": {}, "orders/client": true }),
      "both",
    );
  });

  it("name the organization after the namespace", () => {
    assert.equal(settings()?.get("db")?.organization, "shop");
  });

  it("have the names of a Service in the cluster's domain", () => {
    const { services } = load({
      ...goodExcept(servicesWith({ "db/serviceName": "postgres" })),
      clusterDomain: "corp.example",
    });
    assert.deepEqual(services?.services.get("db")?.dnsNames, [
      "postgres",
      "postgres.shop",
      "postgres.shop.svc",
      "postgres.shop.svc.corp.example",
    ]);
  });
});
