import assert from "node:assert/strict";
import { backendOf, contentDigest, type Backend } from "../../../components/choreo-connect/gateway";

const backend = (publicCas: Readonly<Record<string, string>>, form: "pem" | "pkcs12" = "pem") =>
  backendOf("payments", {
    endpoints: ["https://payments.shop:8443"],
    certificate: { kind: "issued", algorithm: "ECDSA-P256", form },
    routerTrust: { forms: ["ca-certificates"], publicCas },
  });
const digest = (of: Backend, bundle = "bundle", certificate = "certificate") =>
  contentDigest(of, bundle, certificate);

describe("the annotation of a backend's pods", () => {
  const usual = digest(backend({ a: "one", b: "two" }));

  it("does not depend on the order of public CAs in outputs", () => {
    assert.equal(digest(backend({ b: "two", a: "one" })), usual);
  });

  it("changes with everything that is mounted", () => {
    const others = [
      digest(backend({ a: "one" })),
      digest(backend({ a: "one", b: "two" }, "pkcs12")),
      digest(backend({ a: "one", b: "two" }), "another bundle"),
      digest(backend({ a: "one", b: "two" }), "bundle", "another certificate"),
    ];
    assert.equal(new Set([usual, ...others]).size, 5);
  });
});
