import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { configTomlProblem } from "../../../components/choreo-connect/adapter/given-config";
import { TOKEN_PAIR } from "../../../components/choreo-connect/paths";
import { RECOMMENDED, cipherNames } from "../../../components/choreo-connect/upstream-tls";
import { chartValues } from "../../../components/choreo-connect/values";
import { configIn, configTomlIn, settingsIn, target } from "./choreo-connect-pods";
import type { Helm, Values } from "./helm";

const DOCS = "docs/choreo-connect.md";

/**
 * Tests that users can start with the chart's own configuration: the output of the documented command is accepted, and
 * has the same settings.
 *
 * @param folder returns the folder of the chart.
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

  it("is accepted by the program, as it contains nothing that the adapter cannot read", async () => {
    assert.equal(configTomlProblem(await own()), undefined);
  });

  it("is unchanged if a user gives it, except for the added pair for tokens", async () => {
    const text = await own();
    const [without, given] = [await render(values(undefined)), await render(values(text))];
    const lines = configTomlIn(given).split("\n");
    const at = lines.indexOf("[[enforcer.jwtGenerator.keypair]]");
    assert.equal(lines.slice(0, at).join("\n").trimEnd(), configTomlIn(without).trimEnd());
    configIn(given);
  });

  it("results in the same settings for TLS and the pair for tokens, whether or not a user gives it", async () => {
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
