import { all, output, secret, type Output } from "@pulumi/pulumi";
import { z } from "zod";
import type { NamespaceHandle } from "../../components/kubernetes";
import type { CertificateAuthority } from "../../components/pki";
import { Spinnaker } from "../../components/spinnaker";
import type { Service } from "../../components/spinnaker/installation";
import { PHASES } from "../../components/spinnaker/phase";
import { jumps, rollOutWarnings, type DeployedPhases } from "../../components/spinnaker/roll-out";
import { apiVersionOf } from "../../components/spinnaker/targets/operator";
import type { StackMemory } from "../../components/stack-memory";
import { ConfigError } from "../../config";
import type { ProgramSystem } from "../../stack/system";
import { rollOutProblems, spinnaker as configured, type SpinnakerSettings } from "./system";

const NAME = "spinnaker";

const remembered = z.object({
  phases: z.record(z.string(), z.enum(PHASES)),
  /** Services that present no certificate. */
  silent: z.array(z.string()),
});

/** Spinnaker, whose services the Operator, kustomize or Halyard deploys. */
export const spinnaker: ProgramSystem<SpinnakerSettings, typeof configured.sections> = {
  ...configured,
  prepare: (settings, { memory }) => ({
    warnings: judgeRollOut(settings, memory).map((warning) => `Spinnaker: ${warning}`),
    deploy: ({ authority, namespaceOf }) => {
      if (!authority) throw new Error("Spinnaker without a CA"); // `problems` refuses it
      const deployed = deploySpinnaker(settings, namespaceOf(settings), authority);
      return {
        certificates: { spinnaker: deployed.certificates },
        own: { spinnaker: spinnakerOutputs(settings, deployed) },
      };
    },
  }),
};

/**
 * Checks the step from the deployed phases to the configured ones.
 *
 * @returns warnings.
 * @throws ConfigError if the step skips a phase, which could cut callers off.
 */
function judgeRollOut(spinnaker: SpinnakerSettings, memory: StackMemory): readonly string[] {
  const { deployed, silent } = recalled(memory);
  const problems = rollOutProblems(spinnaker, jumps(spinnaker.installation, deployed, silent));
  if (problems.length > 0) throw new ConfigError(problems);
  return rollOutWarnings(spinnaker.installation, deployed);
}

function recalled(memory: StackMemory): {
  readonly deployed: DeployedPhases;
  readonly silent: ReadonlySet<string>;
} {
  const { success, data } = remembered.safeParse(memory.of(Spinnaker.type, NAME));
  return {
    deployed: new Map(success ? Object.entries(data.phases) : []),
    silent: new Set(success ? data.silent : []),
  };
}

/** Builds Spinnaker's part of the stack. */
function deploySpinnaker(
  settings: SpinnakerSettings,
  namespace: NamespaceHandle,
  authority: CertificateAuthority,
): Spinnaker {
  const { installation, services, trustStorePassword } = settings;
  return new Spinnaker(NAME, {
    ...settings,
    installation,
    namespace,
    authority,
    services: Object.fromEntries(
      installation.services.map(({ name }) => {
        const { algorithm, storePassword, trust } = services[name] ?? {};
        return [
          name,
          {
            algorithm,
            otherCas: trust,
            storePassword: storePassword === undefined ? undefined : secret(storePassword),
          },
        ];
      }),
    ),
    trustStorePassword: trustStorePassword === undefined ? undefined : secret(trustStorePassword),
  });
}

/** Outputs of Spinnaker, which anybody may read, as `countersign` does. */
function spinnakerOutputs(
  { installation, target }: SpinnakerSettings,
  deployed: Spinnaker,
): Output<unknown> {
  return all([deployed.secrets, deployed.files, deployed.phases]).apply(([secrets, files]) =>
    output({
      namespace: installation.namespace,
      target: targetOutput(target),
      services: Object.fromEntries(
        installation.services.map((service) => [
          service.name,
          { ...serviceOutput(service), secrets: secrets[service.name] },
        ]),
      ),
      files,
    }),
  );
}

function targetOutput(target: SpinnakerSettings["target"]): object {
  switch (target.kind) {
    case "operator":
      return { kind: "operator", apiVersion: apiVersionOf(target.apiGroup), name: target.name };
    case "kustomize":
      return { kind: "kustomize", deployed: target.directory !== undefined };
    case "halyard":
      return { kind: "halyard" };
  }
}

function serviceOutput(service: Service): object {
  const { language, phase, host, port, calls, clientCertificate, apiPort, legacyPort } = service;
  return {
    language,
    phase,
    host,
    port,
    calls,
    clientCertificate,
    ...(apiPort !== undefined && { apiPort }),
    ...(legacyPort !== undefined && { legacyPort }),
    trustsOthers: service.trustsOthers ?? false,
  };
}
