import { all, type Output } from "@pulumi/pulumi";
import { z } from "zod";
import { Choreo, ChoreoComponent, nameOf, type Target } from "../../components/choreo";
import { httpsUrl, partyOf, type Component } from "../../components/choreo/project";
import { WORKLOAD, secretsNamespaceOf } from "../../components/choreo/openchoreo";
import type { CertificateAuthority } from "../../components/pki";
import type { StackMemory } from "../../components/stack-memory";
import { ConfigError } from "../../config";
import { choreo as configured, type ChoreoSettings } from "./system";
import { keyOf, type Problem } from "../../config/problems";
import type { NamespaceOf, ProgramSystem } from "../../stack/system";

const NAME = "choreo";

/** What a component with a certificate remembers; in older states, it has the certificate itself. */
const certified = z
  .union([z.object({ isCertified: z.literal(true) }), z.object({ certificate: z.object({}) })])
  .and(z.object({ host: z.string().optional() }));
const deployed = z.object({ project: z.string(), workloads: z.record(z.string(), z.unknown()) });

/** Choreo: components of a project that call each other. */
export const choreo: ProgramSystem<ChoreoSettings, typeof configured.sections> = {
  ...configured,
  prepare: (settings, { memory }) => {
    judge(settings, memory);
    const waiting = waitingOf(settings);
    return {
      notices: [...waiting].map(([party, reason]) => `${party} waits: ${reason}`),
      waiting,
      deploy: ({ authority, namespaceOf }) => {
        if (!authority) throw new Error("Choreo without a CA"); // `problems` refuses it
        const deployed = deployChoreo(settings, authority, namespaceOf);
        return {
          certificates: { choreo: deployed.certificates },
          own: {
            ...(authority.isBelowRoot && { caBundleToRoot: authority.bundleToRootPem }),
            choreo: choreoOutputs(settings, deployed),
            // A secret, for people who enter a component's key by hand.
            ...(entersKeys(settings) && { choreoKeys: deployed.keys }),
          },
        };
      },
    };
  },
};

/**
 * Refuses changes that would harm deployed components: a server that waits again would lose its certificate, and its
 * clients would be cut off; a Workload that waits again would be deleted; and the API does not let a Workload change
 * its owner.
 *
 * @throws ConfigError before anything is registered.
 */
function judge(choreo: ChoreoSettings, memory: StackMemory): void {
  const before = deployed.safeParse(memory.of(Choreo.type, NAME)).data;
  const workloads = choreo.target.kind === "openchoreo" ? (before?.workloads ?? {}) : {};
  const problems = [
    ...(before && Object.keys(workloads).length > 0 ? owner(choreo, before.project) : []),
    ...choreo.described.flatMap((component) => [
      ...certificate(component, memory),
      ...(component.name in workloads ? workload(component) : []),
    ]),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
}

function owner({ project }: ChoreoSettings, before: string): Problem[] {
  if (project === before) return [];
  return [
    {
      key: keyOf(["choreo", "project"]),
      message: `is "${project}", but Workloads of project "${before}" are deployed, and OpenChoreo does not let a Workload change its owner: restore the name, or give the other project its own stack`,
    },
  ];
}

function certificate({ name, server }: Component, memory: StackMemory): Problem[] {
  const before = certified.safeParse(memory.of(ChoreoComponent.type, nameOf(NAME, name))).data;
  if (!server || server.url !== undefined || !before) return [];
  const message =
    before.host === undefined
      ? `is missing, but ${name} is deployed with a certificate as a client, which would be withdrawn: deploy its endpoint first, and set its URL together with server`
      : `is missing, but ${name} is deployed with a certificate for ${before.host}, which would be withdrawn: restore the URL, or remove the component if it no longer exists`;
  return [{ key: keyOf(["choreo", "components", name, "server", "projectUrl"]), message }];
}

function workload({ name, client }: Component): Problem[] {
  return (client?.calls ?? [])
    .filter(({ url }) => url === undefined)
    .map(({ callee }) => ({
      key: keyOf(["choreo", "components", name, "client", "calls", callee]),
      message: `has no project URL yet, but ${name} is deployed, and its Workload would be deleted: set choreo.components.${callee}.server.projectUrl first`,
    }));
}

/** Deploys the project. */
function deployChoreo(
  settings: ChoreoSettings,
  authority: CertificateAuthority,
  namespaceOf: NamespaceOf,
): Choreo {
  const { project, target, components, described, certificate } = settings;
  return new Choreo(NAME, {
    project,
    authority,
    certificate,
    components: described,
    materials: Object.fromEntries(
      Object.entries(components).map(([name, { algorithm, image, workload }]) => {
        const base = workload?.manifest;
        return [name, { algorithm, image: image ?? base?.spec.container.image, workload: base }];
      }),
    ),
    target: targetOf(target, namespaceOf),
  });
}

function targetOf(target: ChoreoSettings["target"], namespaceOf: NamespaceOf): Target {
  if (target.kind === "console") return target;
  const namespace = namespaceOf(target);
  const secrets = secretsNamespaceOf(target.secretStore, target.namespace);
  return {
    kind: "openchoreo",
    namespace,
    store: target.secretStore,
    secrets:
      secrets === undefined
        ? undefined
        : namespaceOf({ namespace: secrets, createNamespace: false }),
  };
}

/** Whether people enter the keys somewhere; otherwise they are only in Secrets. */
function entersKeys({ target }: ChoreoSettings): boolean {
  return target.kind === "console" || target.secretStore.kind === "manual";
}

/** Returns the reasons why components wait, by party. */
function waitingOf({ described }: ChoreoSettings): Map<string, string> {
  return new Map(
    described.flatMap(({ name, waiting }) =>
      waiting === undefined ? [] : [[partyOf(name), waiting] as const],
    ),
  );
}

/** Returns the public outputs, which `countersign` reads. */
function choreoOutputs(settings: ChoreoSettings, deployed: Choreo): Output<unknown> {
  const { project, target, described } = settings;
  return all([deployed.plans, deployed.workloads]).apply(([plans, workloads]) => ({
    project,
    target:
      target.kind === "openchoreo"
        ? {
            kind: target.kind,
            apiVersion: WORKLOAD.apiVersion,
            namespace: target.namespace,
            secretStore: target.secretStore,
          }
        : { kind: target.kind },
    components: Object.fromEntries(
      described.map((component) => [
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
