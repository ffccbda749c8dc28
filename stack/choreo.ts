import { all, type Output } from "@pulumi/pulumi";
import { z } from "zod";
import { Choreo, ChoreoComponent, nameOf } from "../components/choreo";
import { partyOf } from "../components/choreo/party";
import type { Component } from "../components/choreo/project";
import { httpsUrl } from "../components/choreo/project-url";
import { WORKLOAD } from "../components/choreo/workload-manifest";
import type { CertificateAuthority } from "../components/pki";
import type { StackMemory } from "../components/stack-memory";
import { ConfigError, type StackConfig } from "../config";
import type { ChoreoSettings } from "../config/choreo-consistency";
import { keyOf } from "../config/problems";
import type { NamespaceOf } from "./deploy";

const NAME = "choreo";

const certified = z.object({ host: z.string() });
const deployed = z.object({ workloads: z.record(z.string(), z.unknown()) });

/**
 * Keeps a component that is deployed from waiting again: a server's certificate would be withdrawn, and its clients cut off,
 * and a Workload would be deleted.
 *
 * @throws ConfigError before anything is registered.
 */
export function judgeChoreo({ choreo }: StackConfig, memory: StackMemory): void {
  const running = deployed.safeParse(memory.of(Choreo.type, NAME)).data?.workloads ?? {};
  const problems = [...(choreo?.described.values() ?? [])].flatMap((component) => {
    const { name, server, client } = component;
    const at = (...path: string[]) => keyOf(["choreo", "components", name, ...path]);
    const before = certified.safeParse(memory.of(ChoreoComponent.type, nameOf(NAME, name)));
    if (server && server.url === undefined && before.success) {
      return [
        {
          key: at("server", "projectUrl"),
          message: `is missing, but ${name} is deployed with a certificate for ${before.data.host}, which would be withdrawn: write the URL again, or remove the component if it is gone`,
        },
      ];
    }
    if (choreo?.target.kind !== "openchoreo" || !(name in running)) return [];
    if (server && server.url === undefined) {
      return [
        {
          key: at("server", "projectUrl"),
          message: `is missing, but ${name} is deployed, and its Workload would be deleted: write the URL by which it is called`,
        },
      ];
    }
    return (client?.calls ?? [])
      .filter(({ url }) => url === undefined)
      .map(({ callee }) => ({
        key: at("client", "calls", callee),
        message: `has no project URL yet, but ${name} is deployed, and its Workload would be deleted: set choreo.components.${callee}.server.projectUrl first`,
      }));
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
    materials: new Map(
      Object.entries(components).map(([name, { algorithm, image, workload }]) => {
        const base = workload?.manifest;
        return [name, { algorithm, image: image ?? base?.spec.container.image, workload: base }];
      }),
    ),
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

function componentOutput({ delivery, server, client }: Component): object {
  return {
    delivery,
    ...(server && {
      server: {
        clients: server.clients,
        dnsNames: server.dnsNames,
        ...(server.url && { url: httpsUrl(server.url) }),
      },
    }),
    ...(client && {
      client: {
        identity: client.identity,
        shows: client.shows,
        calls: Object.fromEntries(
          client.calls.map(({ callee, variable, url }) => [
            callee,
            { variable, ...(url !== undefined && { url }) },
          ]),
        ),
      },
    }),
  };
}
