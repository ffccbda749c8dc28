import assert from "node:assert/strict";
import {
  ADAPTER_DEFAULTS,
  readSettings,
  tokenPairProblem,
} from "../../../../components/choreo-connect/adapter/settings";
import { readToml } from "../../../../components/choreo-connect/adapter/toml";
import {
  reservedVariable,
  tlsVariables,
  tokenVariables,
} from "../../../../components/choreo-connect/adapter/variables";
import { TOKEN_PAIR } from "../../../../components/choreo-connect/paths";
import { RECOMMENDED } from "../../../../components/choreo-connect/upstream-tls";

function configOf(text: string) {
  const config = readToml(text);
  assert.ok("entries" in config);
  return config;
}

const read = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  readSettings(configOf(text), new Map(Object.entries(environment)));

const PAIR = "[[enforcer.jwtGenerator.keypair]]\n";

describe("The settings of an adapter", () => {
  it("are its defaults without a configuration", () => {
    assert.deepEqual(read(""), ADAPTER_DEFAULTS);
    assert.deepEqual(read("[enforcer]\n[enforcer.jwtGenerator]\n"), ADAPTER_DEFAULTS);
  });

  it("do not include what only the chart writes for tokens", () => {
    const chart = '[enforcer.jwtGenerator]\npublicCertificatePath = "c"\nprivateKeyPath = "k"\n';
    assert.deepEqual(read(chart).tokenPairs, ADAPTER_DEFAULTS.tokenPairs);
  });

  it("have a list in place of the default one, whose elements inherit nothing", () => {
    assert.deepEqual(
      read(`${PAIR}privateKeyPath = "k"\n${PAIR}useForSigning = true\n`).tokenPairs,
      [
        { certificate: "", key: "k", signs: false },
        { certificate: "", key: "", signs: true },
      ],
    );
    const service = '[[enforcer.security.tokenService]]\nname = "IS"\njwksURL = "u"\n';
    assert.deepEqual(read(service).issuers, [
      { name: "IS", issuer: "", certificate: "", jwksUrl: "u" },
    ]);
  });

  it("accept the old name of a switch", () => {
    assert.equal(read("[enforcer.jwtGenerator]\nenable = true\n").sendsTokens, true);
  });

  it("are overridden by variables, whatever the case of their names", () => {
    const text = `[router.upstream.tls]\nminimumProtocolVersion = "TLS1_0"\n${PAIR}${PAIR}`;
    const { upstreamTls, tokenPairs, adapterPair } = read(text, {
      cc_Router_Upstream_TLS_MinimumProtocolVersion: "TLS1_2",
      CC_ROUTER_UPSTREAM_TLS_VERIFYHOSTNAME: "F",
      CC_ROUTER_UPSTREAM_TLS_DISABLESSLVERIFICATION: "yes",
      CC_ENFORCER_JWTGENERATOR_KEYPAIR_1_PRIVATEKEYPATH: "k",
      CC_ADAPTER_KEYSTORE_KEYPATH: "/mine",
    });
    assert.equal(upstreamTls.minimum, "TLS1_2");
    // Go does not accept "yes" as a boolean, so it is ignored.
    assert.deepEqual([upstreamTls.verifiesHost, upstreamTls.skipsVerification], [false, false]);
    assert.deepEqual(
      tokenPairs.map(({ key }) => key),
      ["", "k"],
    );
    assert.equal(adapterPair.key, "/mine");
  });

  it("resolve $env{} from variables only in the adapter's own sections", () => {
    const environment = { NAME: "x", A: "1" };
    const text = (section: string, key: string) => `[${section}]\n${key} = "/$env{NAME}/k"\n`;
    assert.equal(read(text("adapter.keystore", "keyPath"), environment).adapterPair.key, "/x/k");
    assert.equal(read(text("adapter.keystore", "keyPath")).adapterPair.key, "/$env{NAME}/k");
    const { tokenPairs } = read(`${PAIR}privateKeyPath = "$env{A}"\n`, environment);
    assert.equal(tokenPairs[0]?.key, "$env{A}");
  });

  it("are the stack's through Countersign's variables, none of which may be a user's", () => {
    const variables = [...tlsVariables(RECOMMENDED), ...tokenVariables()];
    const { upstreamTls, tokenPairs } = read(
      "[router.upstream.tls]\nverifyHostName = false\ndisableSslVerification = true\n",
      Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    );
    const { minimum, maximum, verifiesHost, skipsVerification } = upstreamTls;
    assert.deepEqual([minimum, maximum], [RECOMMENDED.minimum, RECOMMENDED.maximum]);
    assert.deepEqual([verifiesHost, skipsVerification], [true, false]);
    assert.deepEqual(tokenPairs, [{ ...TOKEN_PAIR, signs: true }]);
    for (const { name } of variables) assert.ok(reservedVariable(name), name);
    assert.equal(reservedVariable("CC_CONTROLPLANE_PASSWORD"), undefined);
  });

  it("do not suffice to start if tokens are sent and not exactly one pair signs them", () => {
    const problem = (text: string) => tokenPairProblem(configOf(text))?.message;
    const sends = "[enforcer.jwtGenerator]\nenabled = true\n";
    const whole = `${PAIR}useForSigning = true\nprivateKeyPath = "k"\npublicCertificatePath = "c"\n`;
    assert.equal(problem(sends), undefined);
    assert.equal(problem(sends + PAIR + whole), undefined);
    assert.equal(problem(whole + whole), undefined);
    assert.match(problem(sends + whole + whole) ?? "", /and 2 of the pairs .*: exactly one must$/);
    assert.match(problem(sends + PAIR) ?? "", /and none of the pairs/);
    assert.match(problem(`${sends}${PAIR}useForSigning = true\n`) ?? "", /lacks privateKeyPath/);
  });
});
