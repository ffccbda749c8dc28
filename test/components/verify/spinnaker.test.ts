import assert from "node:assert/strict";
import { PHASES, type Phase } from "../../../components/spinnaker/phase";
import { makeSpinnaker, verify, type Setting } from "./make-spinnaker";

const HELD: readonly (readonly [Setting, readonly Phase[]])[] = [
  ["operator", PHASES],
  ["kustomize", PHASES],
  ["exported kustomize", ["prepare", "need"]],
  ["halyard", ["prepare", "need"]],
];

/** Checks of Orca in each phase, whatever the target. Dinghy, which calls it, shows no certificate. */
const ALWAYS = ["mounted-objects", "drift", "files", "password", "key-store", "trust-store"];
const LEAF = ["key", "purpose", "expiry", "chain", "ca-life", "certificate"];
const TOGETHER = ["base-url", "names"];
const SERVER_REFUSED = ["refuses-wrong-host", "refuses-foreign-server", "refuses-expired-server"];
const LIVE: Readonly<Record<Phase, readonly string[]>> = {
  prepare: ["prepared"],
  tls: ["tcp-probe", "accepted", ...SERVER_REFUSED, "prepared"],
  want: [
    ...["tcp-probe", "accepted", ...SERVER_REFUSED],
    ...["accepts-no-certificate", "refuses-foreign-ca", "refuses-expired"],
  ],
  need: [
    ...["tcp-probe", "accepted", ...SERVER_REFUSED],
    ...["refuses-no-certificate", "refuses-foreign-ca", "refuses-expired"],
  ],
};

describe("a Spinnaker that is as its stack deployed it", () => {
  for (const [setting, phases] of HELD) {
    for (const phase of phases) {
      it(`passes all checks: ${setting}, phase ${phase}`, async () => {
        const calls = { orca: {}, clouddriver: {}, gate: { trustsOthers: true } };
        const checks = await verify(
          makeSpinnaker(setting, {
            phase,
            services: { ...calls, ...(setting !== "kustomize" && WITH_DINGHY) },
          }),
        );
        assert.deepEqual(
          checks.filter(({ ok }) => !ok),
          [],
        );
        const ofOrca = checks.filter(({ party }) => party === "Spinnaker orca");
        const own = setting === "kustomize" ? ["release", "private-keys", "roll-out"] : [];
        assert.deepEqual(
          new Set(ofOrca.map(({ code }) => code)),
          new Set([...own, ...ALWAYS, ...LEAF, ...TOGETHER, ...LIVE[phase], "phase"]),
        );
      });
    }
  }
});

/** Dinghy in an image that shows its certificate, with a host name because kustomize has none for it. */
const WITH_DINGHY = { dinghy: { host: "dinghy.example", clientCertificate: true } };
