import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import {
  CONFIG_TOML,
  OWN_ANCHOR,
  OWN_PAIR,
  TOKEN_PAIR,
} from "../../../components/choreo-connect/paths";
import type { Helm } from "../../integration/charts/helm";
import { inCluster, put, type Containers } from "./containers";
import { bareGateway, type PartCases } from "./part-cases";
import { askEnforcers, signingPair } from "./stand-ins";

/** Input of the tests of tokens. */
export interface TokenSetting {
  readonly helm: Helm;
  readonly folder: string;
  readonly cases: PartCases;
  readonly containers: Readonly<Record<"before" | "switched" | "compose", Containers>>;
}

/** A configuration like the distribution's: it does not set versions, ciphers, or pairs for tokens. */
export const DISTRIBUTION = `[adapter.server]
  enabled = true
[router.upstream.tls]
  verifyHostName = true
[enforcer.jwtGenerator]
  enabled = true
`;

/** Tests which pairs the enforcer signs tokens with, according to the adapter's configuration and variables. */
export function tokenFacts(setting: () => TokenSetting): void {
  describe("sign tokens", () => {
    it("with keys that match the certificates for verification, of either kind", async () => {
      const { containers } = setting();
      const tokens = (name: keyof typeof containers, key: string, certificates: string) =>
        ["tokens", containers[name].enforcer, key, certificates] as const;
      const answers = await askEnforcers([
        tokens("before", OWN_PAIR.key, OWN_ANCHOR),
        tokens("switched", OWN_PAIR.key, OWN_ANCHOR),
        tokens("compose", OWN_PAIR.key, OWN_ANCHOR),
        tokens("before", TOKEN_PAIR.key, TOKEN_PAIR.certificate),
        tokens("before", TOKEN_PAIR.key, OWN_ANCHOR),
      ]);
      assert.deepEqual(answers, [...Array<string>(4).fill("verified"), "not verified"]);
    });

    it("with the pair for tokens, which the adapter names to the enforcer", async () => {
      const { cases, containers, folder, helm } = setting();
      const material = { ...cases.materials.before, configToml: DISTRIBUTION };
      const gateway = bareGateway(cases.apiManager);
      const given = await inCluster(helm, gateway, material, join(folder, "given"));
      const all = [containers.before, containers.compose, given];
      const pairs = await Promise.all(all.map(({ adapter }) => signingPair(adapter)));
      for (const pair of pairs) assert.deepEqual(pair, TOKEN_PAIR);
      const answers = await askEnforcers(
        all.map(({ enforcer }) => ["tokens", enforcer, TOKEN_PAIR.key, TOKEN_PAIR.certificate]),
      );
      assert.deepEqual(answers, Array<string>(all.length).fill("verified"));
    });

    it("with the key of its own certificate, if no pair is named", async () => {
      const { containers, folder } = setting();
      const { root } = containers.before.adapter;
      const untold = { root: join(folder, "untold"), environment: {} };
      cpSync(root, untold.root, { recursive: true });
      put(untold.root, "environment", "");
      assert.deepEqual(await signingPair(untold), { certificate: OWN_ANCHOR, key: OWN_PAIR.key });
    });

    it("not at all, if several pairs have to sign", async () => {
      const pair = "[[enforcer.jwtGenerator.keypair]]\nuseForSigning = true\n";
      const paths = 'privateKeyPath = "k"\npublicCertificatePath = "c"\n';
      const config = DISTRIBUTION + pair + paths + pair + paths;
      const several = { root: join(setting().folder, "several"), environment: {} };
      put(several.root, CONFIG_TOML, config);
      await assert.rejects(signingPair(several), /exactly one keypair should be set/);
    });
  });
}
