import {
  baseUrl,
  type Installation,
  type Service,
} from "../../../components/spinnaker/installation";
import { reaches } from "../../../components/spinnaker/phase";
import { urlProperties } from "../../../components/spinnaker/profiles";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { coversHost, quoteList } from "../../../x509";
import { canonical, resolved } from "./properties";
import type { Party } from "./sides";

/** Checks the URLs by which a service is called, if the target sets them, and those by which it calls others. */
export function checkUrls({ service, view, list }: Party, actual: Installation): void {
  const { name, phase } = service;
  // Gate's URL would be the one to which Deck sends browsers, and no service calls Gate.
  const isAnnounced = actual.target !== "kustomize" && name !== "gate";
  const isWanted = reaches(phase, "tls") || view.baseUrl?.startsWith("https:") === true;
  const problems = [
    ...(isAnnounced && isWanted
      ? differing(`baseUrl of service-settings.${name}`, view.baseUrl, baseUrl(service))
      : []),
    ...propertiesWithUrls(service, actual).flatMap(([path, wanted]) =>
      differing(`${path.join(".")} of ${view.origin}`, valueOf(view, path), wanted),
    ),
  ];
  list.judge(
    "base-url",
    problems,
    "the URLs by which it is called, and by which it calls, are those of this phase",
    "Callers would not reach the server in this way: undo what was changed by hand.",
  );
}

function differing(what: string, found: string | undefined, wanted: string): string[] {
  return found === wanted ? [] : [`${what} ${described(found)}, but must be ${wanted}.`];
}

/** Describes a URL, without parts that could contain a password. */
function described(url: string | undefined): string {
  if (url === undefined) return "is not set";
  if (!URL.canParse(url)) return "is not a URL";
  const { protocol, host } = new URL(url);
  return `is ${quoteList([`${protocol}//${host}`])}`;
}

function propertiesWithUrls(service: Service, actual: Installation) {
  return urlProperties(service, actual, actual.target === "kustomize");
}

function valueOf({ properties }: Party["view"], path: readonly string[]): string | undefined {
  const value = properties.get(canonical(path.join(".")));
  return value === undefined ? undefined : resolved(properties, value);
}

/** Returns the host at which a caller really calls a service. */
export function dialled(caller: Party, callee: Party, actual: Installation): string {
  // Only URLs of the callee. One without TLS has none, and is called by its host in the installation.
  const own = propertiesWithUrls(caller.service, only(callee.service.name, actual));
  const urls = [...own.map(([path]) => valueOf(caller.view, path)), callee.view.baseUrl];
  const [url] = urls.filter((text) => text !== undefined && URL.canParse(text));
  return url === undefined ? (callee.service.host ?? "") : new URL(url).hostname;
}

function only(name: ServiceName, { services, ...rest }: Installation): Installation {
  const service = services.get(name);
  return { ...rest, services: new Map(service ? [[name, service]] : []) };
}

/** Checks that a server's certificate is valid for every name by which it is called. */
export function checkNames(callee: Party, callers: readonly Party[], actual: Installation): void {
  const { leaf, list, service } = callee;
  if (leaf === undefined) return;
  const dialledBy = callers.map((caller) => ({
    host: dialled(caller, callee, actual),
    by: caller.service.name,
  }));
  const hosts = [...new Set([service.host ?? "", ...dialledBy.map(({ host }) => host)])];
  const problems = hosts
    .filter((host) => !coversHost(leaf, host))
    .map((host) => {
      const by = dialledBy.filter((each) => each.host === host).map((each) => each.by);
      const who = by.length > 0 ? by.join(", ") : "whoever calls it";
      return `${who} would dial ${host}, but its certificate is for ${quoteList(leaf.dnsNames)}.`;
    });
  list.judge(
    "names",
    problems,
    `its certificate is for the name by which it is called, ${quoteList(hosts)}`,
    `Set spinnaker.services.${service.name}.host to the name that callers dial, or add it to its dnsNames.`,
  );
}
