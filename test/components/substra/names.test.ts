import assert from "node:assert/strict";
import fc from "fast-check";
import {
  externalEndpoint,
  internalEndpoint,
  orchestratorDnsNames,
} from "../../../components/substra/names";
import { coversHost } from "../../../x509";

const NAMES = { releaseName: "orchestrator", namespace: "consortium" };

describe("orchestratorDnsNames", () => {
  it("are the names of the Service", () => {
    assert.deepEqual(orchestratorDnsNames(NAMES), [
      "orchestrator-server",
      "orchestrator-server.consortium",
      "orchestrator-server.consortium.svc",
      "orchestrator-server.consortium.svc.cluster.local",
    ]);
  });

  it("begin with the ingress and end with configured names, each once", () => {
    const dnsNames = ["o.internal", "orchestrator-server.consortium", "o.example"];
    assert.deepEqual(orchestratorDnsNames({ ...NAMES, hostname: "o.example", dnsNames }), [
      "o.example",
      "orchestrator-server",
      "orchestrator-server.consortium",
      "orchestrator-server.consortium.svc",
      "orchestrator-server.consortium.svc.cluster.local",
      "o.internal",
    ]);
  });

  it("follow the chart, which adds its own name to a release name without it", () => {
    const first = (releaseName: string) => orchestratorDnsNames({ ...NAMES, releaseName })[0];
    assert.equal(first("substra"), "substra-orchestrator-server");
    assert.equal(first("my-orchestrator-2"), "my-orchestrator-2-server");
  });
});

describe("an orchestrator in a cluster with another domain", () => {
  const names = { ...NAMES, clusterDomain: "k8s.example" };

  it("has its name in that domain in its certificate, and the one that the chart's probes check", () => {
    assert.deepEqual(orchestratorDnsNames(names), [
      "orchestrator-server",
      "orchestrator-server.consortium",
      "orchestrator-server.consortium.svc",
      "orchestrator-server.consortium.svc.k8s.example",
      "orchestrator-server.consortium.svc.cluster.local",
    ]);
  });

  it("is dialled by its name in that domain", () => {
    const { host } = internalEndpoint(names);
    assert.equal(host, "orchestrator-server.consortium.svc.k8s.example");
  });
});

describe("endpoints", () => {
  it("are the Service inside the cluster and the ingress outside", () => {
    assert.deepEqual(internalEndpoint({ ...NAMES, hostname: "o.example" }), {
      host: "orchestrator-server.consortium.svc.cluster.local",
      port: 9000,
    });
    assert.deepEqual(externalEndpoint({ ...NAMES, hostname: "o.example" }), {
      host: "o.example",
      port: 443,
    });
    assert.equal(externalEndpoint(NAMES), undefined);
  });

  it("are always in the certificate", () => {
    const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(label, label, label, (releaseName, namespace, host) => {
        const names = { releaseName, namespace, hostname: `${host}.example` };
        const dnsNames = orchestratorDnsNames(names);
        assert.ok(coversHost(dnsNames, internalEndpoint(names).host));
        assert.ok(coversHost(dnsNames, externalEndpoint(names)?.host ?? ""));
      }),
    );
  });
});
