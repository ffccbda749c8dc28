import { all, type Output } from "@pulumi/pulumi";
import { z } from "zod";
import { Choreo, ChoreoComponent, nameOf } from "../components/choreo";
import { partyOf } from "../components/choreo/party";
import type { Component } from "../components/choreo/project";
import { httpsUrl } from "../components/choreo/project-url";
import { WORKLOAD } from "../components/choreo/workload";
import type { CertificateAuthority } from "../components/pki";
import type { StackMemory } from "../components/stack-memory";
import { ConfigError, type StackConfig } from "../config";
import type { ChoreoSettings } from "../config/choreo-consistency";
import { keyOf } from "../config/problems";
import type { NamespaceOf } from "./deploy";

const NAME = "choreo";

const remembered = z.object({ host: z.string() });

/**
 * Keeps a server that is deployed from waiting again: its certificate would be withdrawn, and its clients cut off.
 *
 * @throws ConfigError before anything is registered.
 */
export function judgeChoreo({ choreo }: StackConfig, memory: StackMemory): void {
  const problems = [...(choreo?.described.values() ?? [])].flatMap((component) => {
    if (component.role === "client" || component.url !== undefined) return [];
    const before = remembered.safeParse(
      memory.of(ChoreoComponent.type, nameOf(NAME, component.name)),
    );
    if (!before.success) return [];
    return [
      {
        key: keyOf(["choreo", "components", component.name, "server", "projectUrl"]),
        message: `is missing, but ${component.name} is deployed with a certificate for ${before.data.host}, which would be withdrawn: write the URL again, or remove the component if it is gone`,
      },
    ];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Builds the project's side of the stack. */
export function deployChoreo(
  settings: ChoreoSettings,
  authority: CertificateAuthority,
  namespaceOf: NamespaceOf,
): Choreo {
  const { project, target, components, described, certificate } = settings;
  return new Choreo(NAME, {
    ...{ project, authority, certificate },
    components: described,
    materials: new Map(Object.entries(components)),
    target:
      target.kind === "openchoreo"
        ? { kind: "openchoreo", namespace: namespaceOf(target) }
        : { kind: "console" },
  });
}

/** What each component waits for, by party. */
export function choreoWaiting({ choreo }: StackConfig): Map<string, string> {
  return new Map(
    [...(choreo?.described.values() ?? [])].flatMap(({ name, waiting }) =>
      waiting === undefined ? [] : [[partyOf(name), waiting] as const],
    ),
  );
}

/** What may be read of it by anybody: `countersign` does. */
export function choreoOutputs(settings: ChoreoSettings, deployed: Choreo): Output<unknown> {
  const { project, target, described } = settings;
  return all([deployed.plans, deployed.workloads]).apply(([plans, workloads]) => ({
    project,
    target:
      target.kind === "openchoreo"
        ? { kind: target.kind, apiVersion: WORKLOAD.apiVersion, namespace: target.namespace }
        : { kind: target.kind },
    components: Object.fromEntries(
      [...described.values()].map((component) => [
        component.name,
        {
          ...componentOutput(component),
          plan: plans[component.name] ?? [],
          ...(workloads[component.name] && { workload: workloads[component.name] }),
        },
      ]),
    ),
  }));
}

function componentOutput(component: Component): object {
  const { role, delivery } = component;
  if (component.role === "client") {
    const { identity, calls, shows, url } = component;
    return { role, delivery, identity, calls, shows, ...(url !== undefined && { url }) };
  }
  const { clients, dnsNames, url } = component;
  return { role, delivery, clients, dnsNames, ...(url && { url: httpsUrl(url) }) };
}
