import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { exportedFiles, type ExportedTarget } from "../../../components/spinnaker/exported-files";
import { PHASES, type Phase } from "../../../components/spinnaker/phase";
import { expectGolden } from "../../unit/golden";
import { makeInstallation, secretNames } from "./make-installation";

/** Configuration of each target in each phase, checked in for readers: one file with all of its files. */
const GOLDEN = join(__dirname, "golden");

const TARGETS: readonly ExportedTarget[] = [
  { kind: "operator", apiGroup: "spinnaker.armory.io", name: "spinnaker" },
  { kind: "kustomize" },
  { kind: "halyard" },
];

/** Services in Java and Go, a caller of outside services, and Gate with a listener for machines. */
function filesOf(target: ExportedTarget, phase: Phase): Readonly<Record<string, string>> {
  const installation = makeInstallation(
    {
      clouddriver: {},
      dinghy: {
        clientCertificate: true,
        ...(target.kind === "kustomize" && { host: "dinghy" }),
      },
      echo: { trustsOthers: true },
      gate: { apiPort: 8085 },
      orca: {},
    },
    { target: target.kind, phase },
  );
  return exportedFiles(target, installation, secretNames(installation));
}

describe("the configuration of a small installation", () => {
  const names = TARGETS.flatMap(({ kind }) => PHASES.map((phase) => `${kind}-${phase}.yml`));

  for (const target of TARGETS)
    for (const phase of PHASES)
      it(`is the expected one for ${target.kind} in phase ${phase}`, () => {
        const name = `${target.kind}-${phase}.yml`;
        const text = Object.entries(filesOf(target, phase))
          .map(([path, content]) => `---\n# file: ${path}\n${content}`)
          .join("");
        expectGolden(join(GOLDEN, name), text);
      });

  it("has no other expected files", () => {
    assert.deepEqual(readdirSync(GOLDEN).sort(), names.sort());
  });
});
