import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkBackendCalls } from "../../../systems/choreo-connect/verify/check-calls";
import { rulesOf } from "../../../systems/choreo-connect/verify/check-router";
import {
  RECOMMENDED,
  findCipher,
  type TlsPolicy,
} from "../../../components/choreo-connect/upstream-tls";
import { readCertificate } from "../../../x509";
import { keyPem } from "../../unit/x509/make-pkcs12";
import {
  BUNDLE,
  COMPOSE,
  KEYS,
  OTHER_CA,
  expectLines,
  linesOf,
  makeStack,
} from "./make-choreo-connect";

describe("the router and a backend", () => {
  const deployed = makeStack(COMPOSE);
  const { gateway, issued } = deployed.stack;
  const router = {
    leaf: readCertificate(issued.parts.router.certificate),
    pair: {
      certificate: issued.parts.router.certificate,
      key: keyPem(KEYS.router.privateKey),
      origin: "router",
    },
    list: new Checklist("router"),
    view: { part: "router", files: new Map(), environment: new Map(), todo: "" } as const,
  };

  /** Returns the checks of calls to payments, with these TLS settings of both sides. */
  async function called(
    {
      tls,
      host = "pay.example",
      ca = BUNDLE,
      clientCas = BUNDLE,
    }: {
      readonly tls?: TlsPolicy;
      readonly host?: string;
      readonly ca?: string;
      readonly clientCas?: string;
    },
    offered: TlsPolicy = RECOMMENDED,
  ) {
    const backend = gateway.backends.find(({ name }) => name === "payments");
    const certificate = issued.backends.payments?.certificate;
    assert.ok(backend && certificate !== undefined);
    const list = new Checklist("payments");
    const pair = { certificate, key: keyPem(KEYS.backend.privateKey), origin: "payments" };
    await checkBackendCalls(
      {
        ...{ list, pair, todo: "", clientCas: [clientCas] },
        backend: { ...backend, tls },
        leaf: readCertificate(certificate),
      },
      [{ host, ca, by: "API Shop-1.0.0" }],
      { ...router, rules: rulesOf(offered) },
      RECOMMENDED,
      new Date(),
    );
    return list.checks;
  }
  const old: TlsPolicy = {
    minimum: "TLS1_0",
    maximum: "TLS1_1",
    ciphers: [findCipher("ECDHE-ECDSA-AES128-SHA")].flatMap((cipher) => cipher ?? []),
  };

  it("speak what they have in common, even old versions", async () => {
    const checks = await called({ tls: old }, { ...RECOMMENDED, ...old, maximum: "TLS1_3" });
    assert.deepEqual(linesOf(checks), []);
    const { message } = checks.find(({ code }) => code === "accepted") ?? {};
    assert.equal(message, "the router gets in at pay.example: TLSv1.1 with ECDHE-ECDSA-AES128-SHA");
  });

  it("may have nothing in common", async () => {
    expectLines(
      linesOf(await called({ tls: old })),
      /^payments tls-agreement: it has no TLS in common with the router: no version in common: the router speaks TLS1_2 to TLS1_3, the backend TLS1_0 to TLS1_1\.$/,
    );
  });

  it("may not trust each other", async () => {
    expectLines(
      linesOf(await called({ host: "elsewhere.example" })),
      /^payments accepted: the router refuses it as elsewhere\.example \(API Shop-1\.0\.0\): ERR_TLS_CERT_ALTNAME_INVALID\.$/,
    );
    expectLines(
      linesOf(await called({ ca: OTHER_CA })),
      /^payments accepted: the router refuses it as pay\.example/,
    );
    expectLines(
      linesOf(await called({ clientCas: OTHER_CA })),
      /^payments accepted: the router is refused when it calls it as pay\.example/,
    );
  });
});
