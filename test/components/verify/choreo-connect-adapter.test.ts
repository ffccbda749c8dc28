import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkConfigToml } from "../../../systems/choreo-connect/verify/adapter-config";
import {
  checkTokenIssuers,
  checkTokenPair,
} from "../../../systems/choreo-connect/verify/check-tokens";
import { checkRouterRules } from "../../../systems/choreo-connect/verify/check-router";
import {
  ADAPTER_DEFAULTS,
  type AdapterSettings,
} from "../../../components/choreo-connect/adapter/settings";
import { tlsVariables } from "../../../components/choreo-connect/adapter/variables";
import { CONFIG_TOML, TOKEN_PAIR, WSO2_CARBON } from "../../../components/choreo-connect/paths";
import { ADAPTER_DEFAULT, RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
import { makeCa } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { PUBLISHED, PUBLISHED_KEY_PEM } from "../../unit/x509/make-published";
import { BUNDLE, LIFE, expectLines, leafFor, linesOf, surroundingsOf } from "./make-choreo-connect";
import { deployed, gateway, viewOf } from "./make-part";

describe("the pair for tokens", () => {
  const rsa = keys("rsa2048");
  const selfIssued = (of = rsa) =>
    makeCa({ ...LIFE, keys: of, signer: keys("p384"), subject: [["CN", "tokens"]] });
  const told: AdapterSettings = {
    ...ADAPTER_DEFAULTS,
    tokenPairs: [{ ...TOKEN_PAIR, signs: true }],
  };
  const faults = (certificate: string | undefined, key: string | undefined, settings = told) => {
    const list = new Checklist("enforcer");
    const view = viewOf("enforcer", {
      [TOKEN_PAIR.certificate]: certificate,
      [TOKEN_PAIR.key]: key,
    });
    checkTokenPair(view, list, settings, surroundingsOf(deployed));
    return linesOf(list.checks);
  };

  it("is an RSA key in PKCS#8 with its certificate, which the CA did not issue", () => {
    const key = keyPem(rsa.privateKey);
    assert.deepEqual(faults(selfIssued(), key), []);
    expectLines(faults(undefined, key), /^enforcer token-key: there is no .*backend-jwt\.pem\.$/);
    expectLines(
      faults(selfIssued(), "no PEM"),
      /^enforcer token-key: .* has no readable pair for tokens/,
    );
    expectLines(
      faults(leafFor("tokens", ["tokens"], { keys: rsa }), key),
      /^enforcer token-key: .* was issued by the stack's CA: whoever trusts that CA for the router also lets in/,
    );
    expectLines(
      faults(selfIssued(keys("p256")), keyPem(keys("p256").privateKey)),
      /^enforcer token-key: .* is ECDSA-P256, but the enforcer signs tokens only with RSA keys/,
    );
    expectLines(
      faults(selfIssued(), keyPem(rsa.privateKey, "pkcs1")),
      /^enforcer token-key: .*"RSA PRIVATE KEY" block/,
    );
    expectLines(
      faults(selfIssued(), keyPem(keys("p256").privateKey)),
      /^enforcer token-key: .*not that of the certificate/,
    );
    expectLines(
      faults(selfIssued(PUBLISHED), PUBLISHED_KEY_PEM),
      /^enforcer published-key: .*everybody has its private key/,
    );
  });

  it("is the one that the adapter names; if several sign, the first", () => {
    const [certificate, key] = [selfIssued(), keyPem(rsa.privateKey)];
    const pairs = (...tokenPairs: AdapterSettings["tokenPairs"]) => ({ ...told, tokenPairs });
    const ours = { ...TOKEN_PAIR, signs: true };
    const other = { certificate: "/mine.pem", key: "/mine.key", signs: true };
    const published = { ...other, signs: false };
    assert.deepEqual(faults(certificate, key, pairs(published, ours, other)), []);
    expectLines(
      faults(certificate, key, pairs(other, ours)),
      /^enforcer token-key: the adapter tells it to sign tokens with \/mine\.key \(\/mine\.key, \/mine\.pem\), not with .*backend-jwt\.key, which is mounted for this/,
    );
    expectLines(
      faults(certificate, key, ADAPTER_DEFAULTS),
      /^enforcer token-key: .* with the key of its own certificate \(.*\/mg\.key, .*truststore\/mg\.pem\)/,
    );
    for (const none of [pairs(), pairs(published)])
      expectLines(
        faults(certificate, key, none),
        /^enforcer token-key: .* no pair with useForSigning = true: the enforcer does not start\.$/,
      );
  });
});

describe("the certificates with which the enforcer checks tokens", () => {
  const manager = (of = keys("rsa2048")) =>
    makeCa({ ...LIFE, keys: of, signer: of, subject: [["CN", "apim"]] });
  const faults = (
    content: string | undefined,
    controlPlane: string | undefined,
    settings = ADAPTER_DEFAULTS,
  ) => {
    const list = new Checklist("enforcer");
    const stack = { ...deployed.stack, gateway: { ...gateway, controlPlane } };
    const surroundings = surroundingsOf({ ...deployed, stack });
    checkTokenIssuers(viewOf("enforcer", { [WSO2_CARBON]: content }), list, settings, surroundings);
    return linesOf(list.checks);
  };

  it("begin with an RSA certificate if there is an API Manager", () => {
    const rsa = manager();
    const ec = manager(keys("p256"));
    assert.deepEqual(faults(rsa + ec, rsa), []);
    assert.deepEqual(faults(BUNDLE, undefined), []);
    const [line, ...others] = faults(ec + rsa, ec + rsa);
    assert.deepEqual(others, []);
    assert.match(
      line ?? "",
      /^enforcer token-issuers: Secret ns\/hand-made begins with CN=apim, whose key is ECDSA-P256: the enforcer checks tokens of Resident Key Manager with it, and fails at each token/,
    );
    expectLines(
      faults(undefined, rsa),
      /^enforcer token-issuers: there is no .*wso2carbon\.pem, with which it checks tokens of Resident Key Manager\./,
    );
  });

  it("do not matter if keys are requested from a URL instead", () => {
    const issuers = [
      { name: "IS", issuer: "i", certificate: WSO2_CARBON, jwksUrl: "https://is/jwks" },
    ];
    const ec = manager(keys("p256"));
    assert.deepEqual(faults(ec, ec, { ...ADAPTER_DEFAULTS, issuers }), []);
  });
});

describe("the rules by which the router calls backends", () => {
  const told = (text: string, variables: Readonly<Record<string, string>> = {}) => {
    const list = new Checklist("adapter");
    const view = viewOf("adapter", { [CONFIG_TOML]: text });
    const environment = new Map(Object.entries(variables));
    const config = checkConfigToml({ ...view, environment }, list);
    return { list, config };
  };
  const faults = (
    text: string,
    wanted = RECOMMENDED,
    variables: Readonly<Record<string, string>> = {},
  ) => {
    const { list, config } = told(text, variables);
    assert.ok(config);
    const rules = checkRouterRules(config, viewOf("router"), list, wanted);
    return { rules, lines: linesOf(list.checks) };
  };
  const table = (policy = RECOMMENDED) => {
    const [minimum, maximum, ciphers] = tlsVariables(policy).map(({ value }) => value);
    return `[router.upstream.tls]
  minimumProtocolVersion = "${minimum ?? ""}"
  maximumProtocolVersion = "${maximum ?? ""}"
  ciphers = "${ciphers ?? ""}"
`;
  };

  it("are as the stack sets them, in any order of ciphers, in the file or in variables", () => {
    assert.deepEqual(faults(table()).lines, []);
    const ciphers = [...RECOMMENDED.ciphers].reverse();
    assert.deepEqual(faults(table({ ...RECOMMENDED, ciphers })).lines, []);
    assert.deepEqual(faults("", ADAPTER_DEFAULT).lines, []);
    const variables = Object.fromEntries(
      tlsVariables(RECOMMENDED).map(({ name, value }) => [name.toLowerCase(), value]),
    );
    const { lines } = faults(table(ADAPTER_DEFAULT), RECOMMENDED, variables);
    assert.deepEqual(lines, []);
  });

  it("may have other versions and ciphers, which the router then uses", () => {
    const { rules, lines } = faults("");
    expectLines(
      lines,
      /has TLS1_1 as the oldest version, but the stack has TLS1_2\. .* has TLS1_2 as the newest version, but the stack has TLS1_3\. .*has ciphers that the stack does not have: ECDHE-ECDSA-AES128-SHA,.* lacks ciphers of the stack: ECDHE-ECDSA-CHACHA20-POLY1305/,
    );
    assert.deepEqual(rules.tls, ADAPTER_DEFAULT);
  });

  it("may have unknown versions and ciphers", () => {
    expectLines(
      faults(table().replace("TLS1_3", "TLSv1.3")).lines,
      /has maximumProtocolVersion = "TLSv1\.3", which is none of TLS1_0, .*, so Envoy chooses the version/,
    );
    expectLines(
      faults(table().replace("ECDHE-RSA-AES128-GCM-SHA256", "DES-CBC3-SHA")).lines,
      /has the cipher "DES-CBC3-SHA", which is not a cipher that the router can be told to use/,
    );
  });

  it("may switch verification off", () => {
    const { rules, lines } = faults(`${table()}  verifyHostName = false\n`);
    expectLines(
      lines,
      /according to Secret ns\/hand-made and its variables, the adapter has verifyHostName/,
    );
    assert.deepEqual([rules.verifies, rules.comparesHost], [true, false]);
    const skipping = faults(`${table()}  disableSslVerification = true\n`);
    assert.equal(skipping.rules.verifies, false);
    expectLines(skipping.lines, /has disableSslVerification = true: the router accepts any cert/);
  });

  it("may name a pair that is not the router's own", () => {
    const { lines } = faults(`${table()}[router.keystore]\nkeyPath = "/mine.key"\n`);
    expectLines(
      lines,
      /tells the router to serve and to call with the key \/mine\.key, but its own/,
    );
  });

  it("may be in a file that the adapter cannot read, or that is missing", () => {
    const lines = (text: string) => {
      const { list, config } = told(text);
      assert.equal(config, undefined);
      return linesOf(list.checks);
    };
    expectLines(
      lines('[router]\n  listenerPort = "9090"\n'),
      /^adapter config-toml: the adapter cannot read Secret ns\/hand-made, .*: in line 2, column 3, router\.listenerPort is a text, but the adapter expects a whole number/,
    );
    expectLines(
      lines("[router]\n[router]\n"),
      /in line 2, column 2, defining a key multiple times/,
    );
    const sends = "[enforcer.jwtGenerator]\nenabled = true\n";
    const pair = '[[enforcer.jwtGenerator.keypair]]\nprivateKeyPath = "k"\nuseForSigning = true\n';
    expectLines(
      lines(`${sends}[[enforcer.jwtGenerator.keypair]]\n`),
      /tokens are sent, and none of the pairs .* signs them: exactly one must/,
    );
    expectLines(lines(sends + pair + pair), /in line 3, column 1, .*, and 2 of the pairs/);
    expectLines(lines(sends + pair), /that signs them lacks privateKeyPath or publicCert/);
    const list = new Checklist("adapter");
    checkConfigToml(viewOf("adapter", { [CONFIG_TOML]: undefined }), list);
    expectLines(
      linesOf(list.checks),
      /^adapter config-toml: there is no \/home\/wso2\/conf\/config\.toml\.$/,
    );
  });
});
