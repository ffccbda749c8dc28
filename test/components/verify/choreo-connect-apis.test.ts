import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkApi } from "../../../systems/choreo-connect/verify/check-api";
import { INDEX, endpointCertificates } from "../../../components/choreo-connect/trust";
import {
  APIS,
  BUNDLE,
  CA,
  COMPOSE,
  OTHER_CA,
  expectLines,
  linesOf,
  makeStack,
  surroundingsOf,
} from "./make-choreo-connect";

describe("an API's endpoint certificates", () => {
  const deployed = makeStack(COMPOSE);
  const backends = APIS["Shop-1.0.0"].flatMap((name) =>
    deployed.stack.gateway.backends.filter((backend) => backend.name === name),
  );
  const folder = endpointCertificates(deployed.stack.gateway, BUNDLE).get("Shop-1.0.0") ?? {};
  const faults = (files: Readonly<Record<string, string>>) => {
    const list = new Checklist("API");
    const origin = "ConfigMap ns/shop";
    const content = new Map(
      Object.entries(files).map(([name, text]) => [name, { content: Buffer.from(text), origin }]),
    );
    checkApi(content, origin, backends, list, "export it", surroundingsOf(deployed));
    return linesOf(list.checks);
  };
  const withIndex = (from: string, to: string) => {
    const text = folder[INDEX] ?? "";
    assert.ok(text.includes(from));
    return { ...folder, [INDEX]: text.replace(from, to) };
  };

  it("name every endpoint exactly as the API does", () => {
    assert.deepEqual(faults(folder), []);
    expectLines(
      faults(withIndex("https://ratings.example", "https://ratings.example/")),
      /^API endpoint-certificates: ConfigMap ns\/shop: endpoint_certificates\.yaml has "https:\/\/ratings\.example\/", but the API has "https:\/\/ratings\.example": the adapter compares every character\.$/,
    );
    expectLines(
      faults(withIndex("https://pay.example/v2", "https://elsewhere.example")),
      /has no entry for "https:\/\/pay\.example\/v2"\. .* names "https:\/\/elsewhere\.example", which is not an endpoint/,
    );
    expectLines(
      faults(withIndex("https://pay.example/v2", "https://payments.example:8443/v1")),
      /has no entry for .* names "https:\/\/payments\.example:8443\/v1" more than once/,
    );
  });

  it("name every file, and no other", () => {
    expectLines(
      faults({ ...folder, "more.pem": OTHER_CA }),
      /"more\.pem" is not named in endpoint_certificates\.yaml: the adapter trusts it for every endpoint/,
    );
    expectLines(
      faults(withIndex("ratings.pem", "gone.pem")),
      /there is no "gone\.pem", .*"ratings\.pem" is not named/,
    );
    expectLines(
      faults(withIndex("payments_2.pem", "payments.pem")),
      /has "payments\.pem" for several endpoints: the adapter uses a file only for the first.*"payments_2\.pem" is not named/,
    );
    const rest = Object.entries(folder).filter(([name]) => name !== INDEX);
    expectLines(
      faults(Object.fromEntries(rest)),
      /ConfigMap ns\/shop has no endpoint_certificates\.yaml/,
    );
    expectLines(
      faults({ ...folder, [INDEX]: "type: something" }),
      /does not have the form that the adapter reads \("type"\)/,
    );
  });

  it("are the CAs of the backend", () => {
    expectLines(
      faults({ ...folder, "payments.pem": CA }),
      /^API trust-store: payments\.pem, for backend payments, in ConfigMap ns\/shop lacks the stack's "CN=Gateway CA 2/,
    );
  });
});
