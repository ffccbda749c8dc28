import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { configTomlProblem } from "../../../components/choreo-connect/adapter/given-config";
import { TOKEN_PAIR } from "../../../components/choreo-connect/paths";
import { RECOMMENDED, cipherNames } from "../../../components/choreo-connect/upstream-tls/policy";
import { chartValues } from "../../../components/choreo-connect/values";
import { configIn, configTomlIn, settingsIn, target } from "./choreo-connect-pods";
import type { Helm, Values } from "./helm";

const DOCS = "docs/choreo-connect.md";

/**
 * The chart's own configuration as what users begin with: what the command of our documentation makes of it is taken,
 * and says the same.
 *
 * @param folder of the chart.
 */
export function choreoConnectDefaultFacts(helm: () => Helm, folder: () => string): void {
  const own = async () => {
    const [command] = /^sed .*$/m.exec(await readFile(DOCS, "utf8")) ?? [];
    assert.ok(command);
    const script = command.replace("choreo-connect/", `${folder()}/`).replace(/ > \S+$/, "");
    return (await promisify(execFile)("sh", ["-c", script])).stdout;
  };
  const render = (values: Values) => helm().template("choreo-connect", target, values);
  const values = (configToml: string | undefined) =>
    chartValues({
      ...{ secrets: SECRETS, backendJwt: true, configToml, upstreamTls: RECOMMENDED },
    });

  it("is taken by the program, without what the adapter cannot read", async () => {
    assert.equal(configTomlProblem(await own()), undefined);
  });

  it("says the same when it is given, and the pair for tokens besides", async () => {
    const text = await own();
    const [without, given] = [await render(values(undefined)), await render(values(text))];
    const lines = configTomlIn(given).split("\n");
    const at = lines.indexOf("[[enforcer.jwtGenerator.keypair]]");
    assert.equal(lines.slice(0, at).join("\n").trimEnd(), configTomlIn(without).trimEnd());
    configIn(given);
  });

  it("tells the adapter the same of TLS and of the pair for tokens, given or not", async () => {
    for (const text of [undefined, await own()]) {
      const { upstreamTls, tokenPairs, ...others } = settingsIn(await render(values(text)));
      assert.deepEqual(tokenPairs, [{ ...TOKEN_PAIR, signs: true }]);
      const { minimum, maximum, ciphers, verifiesHost, skipsVerification } = upstreamTls;
      assert.deepEqual([minimum, maximum], [RECOMMENDED.minimum, RECOMMENDED.maximum]);
      assert.equal(ciphers, cipherNames(RECOMMENDED, "openssl").join(", "));
      assert.deepEqual([verifiesHost, skipsVerification], [true, false]);
      assert.equal(others.sendsTokens, true);
    }
  });
}

const SECRETS = {
  ...{ adapter: "adapter", enforcer: "enforcer", router: "router" },
  ...{ backendJwt: "token-signer", trust: "trust", caCertificates: undefined },
};
