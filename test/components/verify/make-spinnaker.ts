import assert from "node:assert/strict";
import {
  installation,
  type Installation,
  type InstallationArgs,
  type ServiceSettings,
} from "../../../components/spinnaker/installation";
import type { Phase } from "../../../components/spinnaker/phase";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { exportedFiles, type ExportedTarget } from "../../../components/spinnaker/exported-files";
import { apiVersionOf, spinnakerConfig } from "../../../components/spinnaker/targets/operator";
import type { SecretNames } from "../../../components/spinnaker/profiles";
import type { Check } from "../../../verify/check";
import { readSpinnaker, type SpinnakerStack } from "../../../systems/spinnaker/outputs";
import { verifySpinnaker } from "../../../systems/spinnaker/verify";
import { StoreShelf } from "../../../verify/stores";
import { fakeCluster } from "../../unit/cli/fake-cluster";
import { makeDeployments } from "./make-deployments";
import { CA, OTHER_CA, keysSecret, leafOf, trustSecret } from "./make-material";

/** Ways in which a test's Spinnaker is deployed. */
export type Setting = "operator" | "kustomize" | "exported kustomize" | "halyard";

export interface Options extends Partial<Pick<InstallationArgs, "phase" | "exceptions">> {
  readonly services?: Readonly<Partial<Record<ServiceName, ServiceSettings>>>;
}

/** A deployed Spinnaker: its stack's outputs, and the objects in the cluster. */
export interface Spinnaker {
  readonly installation: Installation;
  /** Outputs as JSON. */
  readonly outputs: object;
  readonly stack: SpinnakerStack;
  readonly objects: Record<string, object>;
}

const DINGHY = { dinghy: {} };
const SERVICES = { clouddriver: {}, gate: { trustsOthers: true }, orca: {} };

/** Creates a Spinnaker as the stack would deploy it, with Dinghy if the target has it. */
export function makeSpinnaker(setting: Setting, options: Options = {}): Spinnaker {
  const target = targetOf(setting);
  const own = options.services ?? { ...SERVICES, ...(target.kind !== "kustomize" && DINGHY) };
  const found = installation({
    target: target.kind,
    namespace: "ns",
    phase: options.phase ?? "want",
    ...(options.exceptions && { exceptions: options.exceptions }),
    services: new Map(Object.entries(own) as [ServiceName, ServiceSettings][]),
  });
  const { services } = found;
  const names: SecretNames = new Map(
    services.map(({ name, trustsOthers }) => [
      name,
      { keys: `keys-${name}`, trust: "trust", others: trustsOthers ? "others" : undefined },
    ]),
  );
  const isDeployed = setting === "kustomize";
  const outputs = {
    caBundle: CA,
    certificates: {
      spinnaker: Object.fromEntries(
        services.map((service) => [service.name, { fingerprint: leafOf(service).fingerprint }]),
      ),
    },
    releases: { organizations: {} },
    spinnaker: {
      namespace: "ns",
      target: { ...target, ...(target.kind === "kustomize" && { deployed: isDeployed }) },
      services: Object.fromEntries(
        services.map((service) => [
          service.name,
          {
            ...service,
            trustsOthers: service.trustsOthers ?? false,
            secrets: names.get(service.name),
          },
        ]),
      ),
      files: exportedFiles(target, found, names),
    },
  };
  const stack = readSpinnaker({ origin: "stack dev", content: outputs });
  assert.ok(stack);
  const secrets = Object.fromEntries(
    services.map((service) => [`Secret/keys-${service.name}`, keysSecret(service)]),
  );
  const objects: Record<string, object> = {
    ...secrets,
    "Secret/trust": trustSecret(),
    "Secret/others": trustSecret([CA, OTHER_CA]),
    ...(setting === "operator" && { [SERVICE]: spinnakerService(found, names) }),
    ...(isDeployed && makeDeployments(found, names)),
  };
  return { installation: found, outputs, stack, objects };
}

type FullTarget = ExportedTarget & { readonly apiVersion?: string };

function targetOf(setting: Setting): FullTarget {
  if (setting === "halyard") return { kind: "halyard" };
  if (setting !== "operator") return { kind: "kustomize" };
  const apiGroup = "spinnaker.io";
  return { kind: "operator", apiGroup, apiVersion: apiVersionOf(apiGroup), name: "spinnaker" };
}

/** Key of the SpinnakerService among the objects. */
export const SERVICE = "spinnaker.io/v1alpha2/spinnakerservices/spinnaker";

/** Creates a SpinnakerService with some of a user's settings in addition to the stack's. */
function spinnakerService(found: Installation, names: SecretNames): object {
  const { profiles, ...rest } = structuredClone(spinnakerConfig(found, names));
  const deck = { "settings-local.js": "window.x = 1;" };
  const config = { version: "1.40.0" };
  return { spec: { spinnakerConfig: { config, ...rest, profiles: { ...profiles, deck } } } };
}

/** One shelf for all tests: opening stores is slow, and the tests have few different ones. */
const shelf = new StoreShelf();

export function verify({ stack, objects }: Spinnaker): Promise<readonly Check[]> {
  return verifySpinnaker(fakeCluster(objects), stack, new Date(), shelf);
}

/** Creates a Spinnaker with only Orca, and changes one value in one of the objects. */
export function makeOrca(
  setting: Setting,
  phase: Phase,
  object: string,
  path: readonly string[],
  value: unknown,
): Spinnaker {
  const spinnaker = makeSpinnaker(setting, { phase, services: { orca: {} } });
  setAt(spinnaker.objects[object], path, value);
  return spinnaker;
}

/** Returns the checks that fail. */
export async function failuresOf(spinnaker: Spinnaker): Promise<readonly Check[]> {
  return (await verify(spinnaker)).filter(({ ok }) => !ok);
}

/** Sets a value deep inside an object; undefined removes it. */
export function setAt(object: object | undefined, path: readonly string[], value: unknown): void {
  assert.ok(object);
  const [key = "", ...rest] = path;
  const inside = object as Record<string, unknown>;
  if (rest.length > 0) setAt((inside[key] ??= {}), rest, value);
  else if (value === undefined) Reflect.deleteProperty(inside, key);
  else inside[key] = value;
}
