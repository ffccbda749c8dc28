import assert from "node:assert/strict";
import { orchestratorDnsNames } from "../../../components/substra/names";
import { CHOREO_CONNECT } from "./make-choreo-connect";
import { GOOD, goodExcept, load } from "./make-config";
import { SPINNAKER } from "./make-spinnaker";
import { refuses } from "./refusals";

const DOMAIN = "k8s.example";

describe("a stack in a cluster with its own domain", () => {
  const config = load({
    ...GOOD,
    spinnaker: { ...SPINNAKER, services: { orca: {} } },
    choreoConnect: CHOREO_CONNECT,
    clusterDomain: DOMAIN,
  });

  it("has Substra's backends dial the orchestrator by a name with it, which is in the certificate", () => {
    const host = `orchestrator-server.orchestrator.svc.${DOMAIN}`;
    assert.ok(config.orchestrator);
    assert.ok(orchestratorDnsNames(config.orchestrator).includes(host));
    const dialled = [...config.organizations.values()].map(({ connection }) => connection?.dial);
    assert.deepEqual(dialled, [
      { host, port: 9000 },
      { host, port: 9000 },
    ]);
  });

  it("has it in the names of Spinnaker's services", () => {
    const orca = config.spinnaker?.installation.services.find(({ name }) => name === "orca");
    assert.equal(orca?.dnsNames[3], `spin-orca.spinnaker.svc.${DOMAIN}`);
  });

  it("has it in the names of Choreo Connect's parts", () => {
    const { router, adapter } = config.choreoConnect?.gateway.dnsNames ?? {};
    assert.ok(router?.includes(`choreo-connect-router.choreo-connect.svc.${DOMAIN}`));
    assert.ok(adapter?.includes(`choreo-connect-adapter.choreo-connect.svc.${DOMAIN}`));
  });

  it("uses cluster.local only for the probes of the orchestrator's chart", () => {
    assert.ok(config.orchestrator);
    const names = orchestratorDnsNames(config.orchestrator);
    const text = JSON.stringify([
      config.organizations.get("MyOrg1MSP"),
      [...(config.spinnaker?.installation.services ?? [])],
      config.choreoConnect?.gateway.dnsNames,
      names.filter((name) => name !== "orchestrator-server.orchestrator.svc.cluster.local"),
    ]);
    assert.doesNotMatch(text, /cluster\.local/);
  });
});

describe("the domain of a cluster", () => {
  it("may have one label", () => {
    const { orchestrator } = load(goodExcept({ clusterDomain: "kubernetes" }));
    assert.equal(orchestrator?.clusterDomain, "kubernetes");
  });
});

const advice =
  'write the cluster\'s own domain in lower case, such as cluster.local, without "svc." in front and without a trailing dot';

refuses([
  [
    "a domain with a trailing dot",
    { clusterDomain: "k8s.example." },
    `clusterDomain: found "k8s.example."; ${advice}`,
  ],
  [
    "a domain with svc",
    { clusterDomain: "svc.cluster.local" },
    `clusterDomain: found "svc.cluster.local"; ${advice}`,
  ],
  [
    "a domain in capitals",
    { clusterDomain: "K8s.example" },
    `clusterDomain: found "K8s.example"; ${advice}`,
  ],
  ["a map", { clusterDomain: { name: "x" } }, "clusterDomain: found a map; must be a text"],
]);
