import { hasStore, filesOf } from "../../components/services/files";
import { referenceProblem, referencesIn } from "../../components/services/references";
import { silentCallers, type StepProblem } from "../../components/services/client-policy";
import type { AuthorityConfig } from "../../config/authority";
import { generationsOfEd25519 } from "../../config/generations";
import { keyOf, shown, type Problem } from "../../config/problems";
import type { ConfiguredSystem } from "../../config/system";
import { coversHost, holdsPrivateKey, quoteList } from "../../x509";
import { readers } from "./section";
import {
  claims,
  resolve,
  sections,
  type ServicesSettings,
  plannedServices,
  sharedCasOf,
  type ServiceSettings,
} from "./settings";
import { problem, signingProblems } from "./signing-problems";

type Services = ServicesSettings["services"];

/** Problems that depend on several services, on what is derived from their sections, or on the CA. */
function problems(settings: ServicesSettings, own: AuthorityConfig | undefined): Problem[] {
  const { services } = settings;
  const all = [...services.values()];
  return [
    ...signingProblems(settings, own),
    ...(own ? authority(all, own) : []),
    ...all.flatMap((service) => calls(service, services)),
    ...all.flatMap(stores),
    ...all.flatMap(rolling),
    ...all.flatMap(values),
    ...objects(all),
    ...releases(all),
    ...stepProblems(silentCallers(plannedServices(settings))),
  ];
}

/** Returns problems with a step, by the key that decides it. */
export function stepProblems(found: readonly StepProblem[]): Problem[] {
  return found.map(({ service, message }) => problem(message, service, "server", "clients"));
}

function authority(services: readonly ServiceSettings[], own: AuthorityConfig): Problem[] {
  const [inJava] = services.filter(
    ({ files, issuance }) => issuance.kind === "here" && hasStore(filesOf(files)),
  );
  if (!inJava) return [];
  return generationsOfEd25519(
    own,
    `and Java's TLS, for which ${inJava.name} has a store, accepts no certificate that it has signed (JSSE of Java 11 to 21); it needs`,
  );
}

function calls(
  { name, calls: called, dialled: hosts }: ServiceSettings,
  services: Services,
): Problem[] {
  return Object.entries(called).flatMap(([callee, { host, elsewhere }]) => {
    const refuse = (message: string, ...path: string[]) => [
      problem(message, name, "calls", callee, ...path),
    ];
    const found = services.get(callee);
    if (elsewhere) {
      if (found) return refuse("is true, but this stack has this service; remove it", "elsewhere");
      return host === undefined
        ? refuse("is missing: the host of a service in another stack is not known here", "host")
        : [];
    }
    if (!found) {
      const others = quoteList([...services.keys()]);
      return refuse(
        `is a service that this stack does not have; it has ${others}. For a service of another stack, set elsewhere: true and its host`,
      );
    }
    if (!found.server)
      return refuse(
        `calls a service that is no server; give services.${callee} a server, or remove the call`,
      );
    const dialled = hosts[callee] ?? "";
    if (coversHost(found, dialled)) return [];
    const certified = quoteList([...found.dnsNames, ...found.ipAddresses]);
    return refuse(
      `found ${shown(dialled)}, which no name in the certificate of ${callee} covers: it has ${certified}. Call it by one of these, or add the host to services.${callee}.certificate.dnsNames`,
      "host",
    );
  });
}

function stores({ name, files, certificate, storePassword }: ServiceSettings): Problem[] {
  const isInJava = hasStore(filesOf(files));
  return [
    ...(isInJava && certificate.algorithm === "Ed25519"
      ? [
          problem(
            'found "Ed25519", which Java does not support for TLS (JSSE of Java 11 to 21), but the service has a store; use ECDSA-P256',
            ...[name, "certificate", "algorithm"],
          ),
        ]
      : []),
    ...(!isInJava && storePassword !== undefined
      ? [
          problem(
            "is for a PKCS#12 or JKS store, but the service has none; change form, or remove it",
            ...[name, "files", "storePassword"],
          ),
        ]
      : []),
  ];
}

/** Problems with what must roll, or reload, when the files change. */
function rolling({ name, files, release, restarts, reloads }: ServiceSettings): Problem[] {
  const references = release ? referencesIn(release.values) : [];
  if (reloads && restarts.length > 0)
    return [
      problem(
        "lists workloads, but the service reloads changed files by itself; remove one of them",
        ...[name, "restarts"],
      ),
    ];
  if (release === undefined) {
    if (reloads || restarts.length > 0) return [];
    return [
      problem(
        "is missing: nothing would make the service use its renewed certificate. List the workloads that mount the files, such as deployment/" +
          `${name}, or set reloads: true if it reads changed files by itself`,
        ...[name, "restarts"],
      ),
    ];
  }
  const { secret } = files;
  if (secret === undefined && !references.includes("keys"))
    return [
      problem(
        "does not contain <countersign:keys>, so nothing would use the Secret, whose name is generated. Write it where the chart expects the name of the Secret, or set files.secret",
        ...[name, "release", "values"],
      ),
    ];
  if (secret !== undefined && !references.includes("digest") && !reloads && restarts.length === 0)
    return [
      problem(
        "does not contain <countersign:digest>, so nothing would roll when the Secret changes, whose name stays. Write it into an annotation of the pods, or remove files.secret, list restarts, or set reloads: true if the service reads changed files by itself",
        ...[name, "release", "values"],
      ),
    ];
  return [];
}

/** Problems with the values of a release: references without a value, and private keys. */
function values({ name, release, files, server }: ServiceSettings): Problem[] {
  if (!release) return [];
  const context = { files: filesOf(files), clients: server?.clients };
  return leavesOf(release.values, [name, "release", "values"]).flatMap(({ path, text }) => {
    if (holdsPrivateKey(text))
      return [
        problem(
          "contains a private key, which would be stored with the release: refer to the Secret by <countersign:keys>",
          ...path,
        ),
      ];
    return referencesIn(text).flatMap((reference) => {
      const wrong = referenceProblem(reference, context);
      return wrong === undefined
        ? []
        : [problem(`refers to <countersign:${reference}>, which ${wrong}`, ...path)];
    });
  });
}

interface TextLeaf {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

function leavesOf(value: unknown, path: readonly (string | number)[]): TextLeaf[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value))
    return value.flatMap((each, position) => leavesOf(each, [...path, position]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

/** An object with an exact name, and what is in it. */
interface NamedObject {
  readonly service: string;
  readonly path: readonly string[];
  /** Namespace, kind and name. */
  readonly place: string;
  readonly label: string;
  /** Equal for services that may share the object; undefined if it belongs to one service alone. */
  readonly content: string | undefined;
}

/** Problems with two services that give one name to two objects. */
function objects(services: readonly ServiceSettings[]): Problem[] {
  const named = services.flatMap(objectsOf);
  return named.flatMap(({ service, path, place, label, content }, position) => {
    const other = named.slice(0, position).find((each) => each.place === place);
    if (!other || (content !== undefined && other.content === content)) return [];
    const why =
      content !== undefined && other.content !== undefined
        ? `, with other content: CAs are shared only by services with the same form, names and trust`
        : "";
    return [
      problem(
        `is the name of ${label} that ${keyOf(["services", other.service, ...other.path])} has as well${why}; choose another name`,
        service,
        ...path,
      ),
    ];
  });
}

function objectsOf(settings: ServiceSettings): NamedObject[] {
  const { name, namespace } = settings;
  const { keys, ca } = filesOf(settings.files);
  const place = (kind: string, object: string) => ({
    place: `${namespace}/${kind}/${object}`,
    label: `a ${kind} in namespace ${namespace}`,
  });
  return [
    ...(keys.secret === undefined
      ? []
      : [
          {
            service: name,
            path: ["files", "secret"],
            ...place("Secret", keys.secret),
            content: undefined,
          },
        ]),
    ...(ca.name === undefined || ca.object === "keys"
      ? []
      : [
          {
            service: name,
            path: ["files", "ca", "name"],
            ...place(ca.object, ca.name),
            content: sharedCasOf(settings)?.content,
          },
        ]),
  ];
}

function releases(services: readonly ServiceSettings[]): Problem[] {
  const owners = new Map<string, string>();
  return services.flatMap(({ name, namespace, release }) => {
    if (!release) return [];
    const place = `${namespace}/${release.name ?? name}`;
    const owner = owners.get(place);
    owners.set(place, owner ?? name);
    if (owner === undefined) return [];
    return [
      problem(
        `is the name of a release in namespace ${namespace} that services.${owner} has as well; choose another name`,
        ...[name, "release", "name"],
      ),
    ];
  });
}

/** Services for the configuration. */
export const services: ConfiguredSystem<ServicesSettings, typeof sections> = {
  title: "Services",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
