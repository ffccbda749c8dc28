import assert from "node:assert/strict";
import { NO_FILE } from "../../../../cli/report/config-lines";
import { findingsOf, parseGates } from "../../../../cli/report/gate";
import { headline } from "../../../../cli/report/headline";
import type { Plan } from "../../../../cli/report/plan";
import { reportOf } from "../../../../cli/report/report";
import { makePlan, makeResource } from "./make-plan";
import { makeCertificate, makeServices, type Services } from "./make-services";

const AT = new Date("2025-12-10T00:00:00Z");

const report = (plan: Plan) =>
  reportOf([plan], {
    ...{ at: AT, linesOf: () => NO_FILE },
    ...{ project: ".", base: undefined, charts: false },
  });

const services = (serves: Services[string]["serves"]): Services => ({
  "Spinnaker echo": { serves },
  "Spinnaker gate": { serves: "tls", dials: ["Spinnaker echo"] },
});

describe("the report of services without a release", () => {
  it("contains a renewal with its reason, and what rolls because of it", async () => {
    const made = services("tls");
    const echo = made["Spinnaker echo"];
    const renewed = makeCertificate("Spinnaker echo", echo, echo, {
      operation: "replace",
      reasons: ["readyForRenewal"],
    });
    const urns = renewed.map(({ urn }) => urn);
    const others = makeServices(made, made).filter(({ urn }) => !urns.includes(urn));
    const named = (name: string) => ({
      inputs: {
        metadata: {
          ...{ name, namespace: "spinnaker" },
          annotations: { "pulumi.com/autonamed": "true" },
        },
      },
      dependencies: { data: urns.slice(1) },
    });
    const secret = makeResource({
      ...{ type: "kubernetes:core/v1:Secret", name: "echo-keys", operation: "replace" },
      ...{ before: named("echo-keys-1"), after: named("echo-keys-2") },
    });
    const pods = (secretName: string) => ({
      inputs: {
        metadata: { name: "echo", namespace: "spinnaker" },
        spec: { template: { spec: { volumes: [{ secret: { secretName } }] } } },
      },
    });
    const deployment = makeResource({
      ...{ type: "kubernetes:apps/v1:Deployment", name: "echo", operation: "update" },
      ...{ before: pods("echo-keys-1"), after: pods("echo-keys-2") },
    });
    const found = await report(makePlan(...others, ...renewed, secret, deployment));
    const [stack] = found.stacks;
    assert.equal(headline(found), "1 certificate renewed, Deployment echo rolls.");
    const [certificate] = stack?.certificates ?? [];
    assert.equal(certificate?.owner, "Spinnaker echo");
    assert.deepEqual(certificate.reasons, [
      {
        code: "renewal-window",
        text: "it entered its renewal window on 2025-12-02, 30d before it expires",
        source: { key: "countersign:spinnaker.certificate.renewBefore" },
      },
    ]);
    assert.deepEqual(stack?.workloads[0]?.why, ["the certificate of Spinnaker echo is renewed"]);
    assert.deepEqual(
      findingsOf(found, parseGates("renewals")).map(({ text }) => text),
      ["The certificate Spinnaker echo-certificate of Spinnaker echo is due for renewal."],
    );
  });

  it("mentions a server's step in the headline, and lets a gate stop a step back", async () => {
    const [tls, asks] = [services("tls"), services("mutual-tls-optional")];
    const forth = await report(makePlan(...makeServices(tls, asks)));
    assert.equal(headline(forth), "1 server begins to ask for certificates.");
    assert.deepEqual(findingsOf(forth, parseGates("breaking,warnings")), []);
    assert.deepEqual(findingsOf(forth, parseGates("changes")), [
      { gate: "changes", stack: "test", text: "1 server begins to ask for certificates." },
    ]);
    const back = await report(makePlan(...makeServices(asks, tls)));
    assert.equal(headline(back), "1 server stops asking for certificates.");
    assert.equal(findingsOf(back, parseGates("warnings")).length, 1);
  });
});
