import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { exportedFiles } from "../../components/spinnaker/exported-files";
import { installation, type Installation } from "../../components/spinnaker/installation";
import { PHASES, type Phase } from "../../components/spinnaker/phase";
import type { ServiceName } from "../../components/spinnaker/service-table";
import {
  sources,
  withMutualTls,
  type DeploymentObject,
} from "../../components/spinnaker/targets/kustomize";
import type { ServiceSecrets } from "../../components/spinnaker/profiles";
import { kubectl } from "./spinnaker/cluster";
import { workbench } from "./workbench";

const BASE = resolve(__dirname, "..", "..", "examples", "spinnaker", "kustomize");

const SERVICES: ReadonlyMap<ServiceName, object> = new Map([
  ["clouddriver", {}],
  ["echo", { trustsOthers: true }],
  ["front50", {}],
  ["gate", { apiPort: 8085 }],
  ["orca", {}],
]);

const SECRETS = new Map<ServiceName, ServiceSecrets>(
  [...SERVICES.keys()].map((name) => [
    name,
    {
      keys: `spinnaker-${name}-keys-1a2b3c4d`,
      trust: "spinnaker-trust-1a2b3c4d",
      others: name === "echo" ? "spinnaker-echo-others-1a2b3c4d" : undefined,
    },
  ]),
);

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

describe("the exported kustomize component", function () {
  this.timeout(300_000);
  let plain: readonly Rendered[];

  before(async () => {
    plain = await render(BASE);
  });

  for (const phase of PHASES) {
    it(`changes the base in phase ${phase} in the same way as a stack`, async () => {
      const described = installation({
        target: "kustomize",
        namespace: "spinnaker-kustomize",
        phase,
        services: SERVICES,
      });
      const files = exportedFiles({ kind: "kustomize" }, described, SECRETS);
      const rendered = await render(await overlay(phase, files));
      for (const service of described.services) {
        const profile = find(rendered, "ConfigMap", new RegExp(`^${service.name}-mtls-[a-z0-9]+$`));
        const key = `${service.name}-local.yml`;
        assert.deepEqual(profile.data, { [key]: files[`files/${key}`] });
        const secrets = SECRETS.get(service.name) ?? { keys: "", trust: "", others: undefined };
        assert.deepEqual(
          deploymentOf(rendered, service.name),
          withMutualTls(
            deploymentOf(plain, service.name),
            service,
            sources(service, profile.metadata.name, secrets),
          ),
        );
      }
      assertNothingElse(rendered, described);
    });
  }

  /** Checks that everything else is unchanged. */
  function assertNothingElse(rendered: readonly Rendered[], { services }: Installation): void {
    const ours = ({ kind, metadata }: Rendered) =>
      (kind === "Deployment" && services.some(({ name }) => name === metadata.name)) ||
      (kind === "ConfigMap" && metadata.name.includes("-mtls-"));
    assert.deepEqual(
      rendered.filter((each) => !ours(each)),
      plain.filter((each) => !ours(each)),
    );
  }
});

/** Returns the base with the component, as a user adds it. */
async function overlay(phase: Phase, files: Readonly<Record<string, string>>): Promise<string> {
  const { directory } = await workbench();
  const folder = join(directory, `spinnaker-component-${phase}`);
  cpSync(BASE, folder, { recursive: true });
  appendFileSync(join(folder, "kustomization.yml"), "components:\n  - mtls\n");
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, "mtls", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

async function render(folder: string): Promise<readonly Rendered[]> {
  const text = await kubectl(["kustomize", folder]);
  return parseAllDocuments(text).map((document) => document.toJS() as Rendered);
}

function find(objects: readonly Rendered[], kind: string, name: RegExp): Rendered {
  const found = objects.filter((each) => each.kind === kind && name.test(each.metadata.name));
  const [object] = found;
  assert.ok(object && found.length === 1, `${found.length} ${kind} with a name like ${name}`);
  return object;
}

function deploymentOf(objects: readonly Rendered[], name: string): DeploymentObject {
  return find(objects, "Deployment", new RegExp(`^${name}$`)) as unknown as DeploymentObject;
}
