import { basename } from "node:path/posix";
import {
  type Claims,
  type ConfiguredSystem,
  type Readers,
  type Sections,
  CLIENT_LEAF,
  serverLeaf,
} from "../../config/system";
import {
  componentsOf,
  placesIn,
  type Component,
  type Components,
} from "../../components/choreo/project";
import { about } from "../../config/about";
import { choreo as section, type ChoreoConfig } from "./section";
import { sharesObject } from "../../components/choreo/openchoreo";
import { MATERIALS, mountsClash } from "../../components/choreo/places";
import { workloadProblems } from "../../components/choreo/workload";
import { unusableChains } from "../../config/generations";
import type { AuthorityConfig } from "../../config/authority";
import { keyOf, sharedValues, shown, type Problem } from "../../config/problems";

const sections = {
  choreo: section.meta(about("The components of one Choreo project (docs/choreo.md)")),
};

const COMPONENTS = { Go: "components in Go", Java: "in Java", OpenSSL: "in Node.js and Python" };

/** Readers of the components' certificates: the languages of Choreo's sample and guides. */
const readers: Readers = { ofServers: COMPONENTS, ofClients: COMPONENTS };

/** The section of the configuration with everything that follows from it. */
export interface ChoreoSettings extends ChoreoConfig {
  /** Components in the order of their names. */
  readonly described: Components;
}

function resolve({ choreo: own }: Sections<typeof sections>): ChoreoSettings | undefined {
  return own && { ...own, described: componentsOf(new Map(Object.entries(own.components))) };
}

function claims({ target, certificate, described }: ChoreoSettings): Claims {
  return {
    namespaces:
      target.kind === "openchoreo" ? [{ path: ["choreo", "target", "openchoreo"], ...target }] : [],
    lifetimes: [{ path: ["choreo"], hours: certificate.validityHours }],
    leaves: described.flatMap(({ server, client }) => [
      ...(server ? [serverLeaf(server.dnsNames)] : []),
      ...(client ? [CLIENT_LEAF] : []),
    ]),
  };
}

/** Finds problems that appear only when the components of a project are seen together, or with the CA. */
function problems(choreo: ChoreoSettings, own: AuthorityConfig | undefined): Problem[] {
  const components = choreo.described;
  return [
    ...authority(choreo, own),
    ...calls(choreo),
    ...identities(components),
    ...addresses(components),
    ...components.flatMap(mounts),
    ...(choreo.target.kind === "openchoreo" ? components.flatMap(fileNames) : []),
    ...components.flatMap(variables),
    ...workloads(choreo),
    ...manifests(choreo),
  ];
}

function problem(message: string, component: string, ...path: string[]): Problem {
  return { key: keyOf(["choreo", "components", component, ...path]), message };
}

function authority(choreo: ChoreoSettings, own: AuthorityConfig | undefined): Problem[] {
  // Components also get the CAs above a CA.
  if (own) return unusableChains(own, readers.ofServers, claims(choreo).leaves);
  return [{ key: "authority", message: "is missing: it is the root CA of the Choreo project" }];
}

function calls({ described }: ChoreoSettings): Problem[] {
  const servers = described.filter(({ server }) => server);
  return described.flatMap(({ name, client }) =>
    (client?.calls ?? []).flatMap(({ callee }) => {
      const complain = (what: string) => {
        const others = servers.map((server) => server.name).filter((server) => server !== name);
        const message = `${what}; servers that it can call are: ${others.join(", ") || "none"}`;
        return [problem(message, name, "client", "calls", callee)];
      };
      if (callee === name) return complain("is the component itself");
      const called = described.find((each) => each.name === callee);
      if (!called) return complain("is not a component of the project");
      return called.server ? [] : complain("is a component without a server");
    }),
  );
}

/** Finds identities that occur twice: servers distinguish their callers only by the CN. */
function identities(components: readonly Component[]): Problem[] {
  return sharedValues(
    components,
    ({ client }) => client?.identity,
    (each, identity, owner) =>
      problem(
        `"${identity}" is already the identity of ${owner}, and servers could not tell them apart`,
        each.name,
        "client",
        "identity",
      ),
  );
}

/** Finds two servers with one address: the callers of one would reach the other. */
function addresses(components: readonly Component[]): Problem[] {
  return sharedValues(
    components,
    ({ server }) => server?.url && `${server.url.host}:${server.url.port}`,
    (each, address, owner) =>
      problem(`${address} is already the address of ${owner}`, each.name, "server", "projectUrl"),
  );
}

function mounts({ name, places }: Component): Problem[] {
  return MATERIALS.flatMap((material, position) => {
    const own = places[material]?.mountPath;
    const other = MATERIALS.slice(0, position).find((each) => {
      const taken = places[each]?.mountPath;
      return own !== undefined && taken !== undefined && mountsClash(own, taken);
    });
    if (own === undefined || other === undefined) return [];
    const message = `${own} clashes with the path of ${other}, ${places[other]?.mountPath ?? ""}: each file needs a path of its own`;
    return [problem(message, name, "mounts", material)];
  });
}

/** Finds files with one name: OpenChoreo creates a ConfigMap for each file that is not secret, named without folder. */
function fileNames({ name, places }: Component): Problem[] {
  const [certificate, ca] = [places.certificate?.mountPath, places.ca?.mountPath];
  if (certificate === undefined || ca === undefined || mountsClash(certificate, ca)) return [];
  if (!sharesObject(basename(certificate), basename(ca))) return [];
  const message = `${ca} has the same file name as certificate, ${certificate}, and OpenChoreo ignores the folders: give them different names`;
  return [problem(message, name, "mounts", "ca")];
}

function variables(component: Component): Problem[] {
  const named = [
    ...placesIn(component).map(
      ([material, { variable }]) => [variable, ["variables", material]] as const,
    ),
    ...(component.client?.calls ?? []).map(
      (call) => [call.variable, ["client", "calls", call.callee]] as const,
    ),
  ];
  return sharedValues(
    named.map(([variable, path]) => ({ name: path.join("."), variable, path })),
    (each) => each.variable,
    ({ path }, value, owner) =>
      problem(`${value} is already the variable of ${owner}`, component.name, ...path),
  );
}

/** Finds problems with keys that are only for OpenChoreo, which needs to know what it runs. */
function workloads({ target, components }: ChoreoConfig): Problem[] {
  return Object.entries(components).flatMap(([name, { image, workload }]) => {
    if (target.kind === "console") {
      const given = [["image", image] as const, ["workload", workload] as const];
      return given
        .filter(([, value]) => value !== undefined)
        .map(([key]) =>
          problem("is for OpenChoreo; with the console, Choreo builds and deploys it", name, key),
        );
    }
    const own = workload?.manifest.spec.container.image;
    if (image === undefined && own === undefined) {
      const message =
        "is missing: OpenChoreo's Workload needs the image that it runs, here or in a manifest under workload";
      return [problem(message, name, "image")];
    }
    if (image === undefined || own === undefined || image === own) return [];
    return [
      problem(`is "${image}", but the manifest's is "${own}"; remove one of them`, name, "image"),
    ];
  });
}

function manifests({ project, target, components, described }: ChoreoSettings): Problem[] {
  if (target.kind !== "openchoreo") return [];
  const { namespace } = target;
  return described.flatMap((component) => {
    const given = components[component.name]?.workload;
    if (given === undefined) return [];
    return workloadProblems(given.manifest, component, { project, namespace }).map((message) =>
      problem(`${shown(given.path)} ${message}`, component.name, "workload"),
    );
  });
}

/** Choreo as the configuration knows it. */
export const choreo: ConfiguredSystem<ChoreoSettings, typeof sections> = {
  title: "Choreo",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
