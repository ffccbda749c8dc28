import type { ConfiguredSystem } from "../../config/system";
import {
  claims,
  organizationsIssuedHere,
  readers,
  resolve,
  sections,
  type SubstraSettings,
} from "./settings";
import {
  BACKEND_CHART,
  ORCHESTRATOR_CHART,
  substraChartProblem,
} from "../../components/substra/charts";
import { mspIdCollisions, mspIdProblem } from "../../components/substra/msp-id";
import { orchestratorHosts } from "../../components/substra/names";
import type { AuthorityConfig } from "../../config/authority";
import { keyOf, type Problem } from "../../config/problems";
import { withoutIdentifier } from "../../config/generations";
import { coversHost, isIpAddress } from "../../x509";
import { unusableCertificates } from "./adoption";

/** Substra for the configuration. */
export const substra: ConfiguredSystem<SubstraSettings, typeof sections> = {
  title: "Substra",
  sections,
  readers,
  resolve,
  problems,
  claims,
};

/** Problems that depend on several sections, or on the CA. */
function problems(settings: SubstraSettings, authority: AuthorityConfig | undefined): Problem[] {
  return [
    ...missingSections(settings, authority),
    ...mspIds(settings),
    ...channels(settings),
    ...namespaces(settings),
    ...hosts(settings),
    ...charts(settings),
    // The orchestrator compares key identifiers (lib/utils of its server); no other server does.
    ...(authority ? withoutIdentifier(authority, "the Substra orchestrator") : []),
    ...unusableCertificates(settings, authority),
  ];
}

function missingSections(
  settings: SubstraSettings,
  authority: AuthorityConfig | undefined,
): Problem[] {
  const { orchestrator, enrollments } = settings;
  const problems: Problem[] = [];
  if (orchestrator && !authority) {
    problems.push({ key: "authority", message: "is missing: the orchestrator needs a CA" });
  }
  const ownSigned = organizationsIssuedHere(settings);
  if (ownSigned.length > 0 && !orchestrator) {
    problems.push({
      key: "orchestrator",
      message: `is missing: the organizations need one to connect to. If another stack signs for ${ownSigned.map(([mspId]) => mspId).join(", ")}, set signedBy`,
    });
  }
  if (enrollments.size > 0 && !orchestrator) {
    problems.push({
      key: "orchestrator",
      message: "is missing: the enrolled organizations need one to connect to",
    });
  }
  return problems;
}

function mspIds({ organizations, enrollments }: SubstraSettings): Problem[] {
  const places = [
    ...[...organizations.keys()].map((mspId) => ["organizations", mspId] as const),
    ...[...enrollments.keys()].map((mspId) => ["enrollments", mspId] as const),
  ];
  const wrong = places.flatMap(([section, mspId]) => {
    const message = mspIdProblem(mspId);
    return message === undefined ? [] : [{ key: keyOf([section, mspId]), message }];
  });
  const twice = [...enrollments.keys()]
    .filter((mspId) => organizations.has(mspId))
    .map((mspId) => ({
      key: keyOf(["enrollments", mspId]),
      message: `is also under organizations, and an organization is either this stack's or another's; remove one of them`,
    }));
  const different = [...new Map(places.map(([section, mspId]) => [mspId, section]))];
  const colliding = mspIdCollisions(different.map(([mspId]) => mspId));
  return [
    ...wrong,
    ...twice,
    ...different.flatMap(([mspId, section]) => {
      const message = colliding.get(mspId);
      return message === undefined ? [] : [{ key: keyOf([section, mspId]), message }];
    }),
  ];
}

function channels(settings: SubstraSettings): Problem[] {
  const { orchestrator, enrollments } = settings;
  if (!orchestrator) return [];
  const own = organizationsIssuedHere(settings);
  const known = [...own.map(([mspId]) => mspId), ...enrollments.keys()];
  const problems: Problem[] = [];
  for (const [channel, { organizations: members }] of Object.entries(orchestrator.channels)) {
    for (const [position, member] of members.entries()) {
      const key = keyOf(["orchestrator", "channels", channel, "organizations", position]);
      if (members.indexOf(member) !== position) {
        problems.push({ key, message: `lists "${member}" a second time` });
      } else if (!known.includes(member)) {
        problems.push({
          key,
          message: `"${member}" is not among the organizations and enrollments (${known.join(", ") || "there are none"}); without a certificate it could never connect`,
        });
      }
    }
  }
  const listed = Object.values(orchestrator.channels).flatMap(({ organizations: all }) => all);
  const inNone = [
    ...own.map(([mspId]) => ["organizations", mspId] as const),
    ...[...enrollments.keys()].map((mspId) => ["enrollments", mspId] as const),
  ].filter(([, mspId]) => !listed.includes(mspId));
  for (const [section, mspId] of inNone) {
    problems.push({
      key: keyOf([section, mspId]),
      message:
        "is in no channel, so the orchestrator would refuse it; add it to orchestrator.channels",
    });
  }
  for (const [mspId, { channels: settings }, connection] of own) {
    const joined = Object.keys(connection.channels);
    for (const channel of Object.keys(settings).filter((name) => !joined.includes(name))) {
      problems.push({
        key: keyOf(["organizations", mspId, "channels", channel]),
        message: `is not a channel of ${mspId}; it is a member of ${joined.join(", ") || "none"}`,
      });
    }
  }
  return problems;
}

/** Conflicts between namespaces: network policies have the chart's name, so two releases of a chart would collide. */
function namespaces({ organizations }: SubstraSettings): Problem[] {
  const owners = new Map<string, string>();
  return [...organizations].flatMap(([mspId, { namespace }]) => {
    const owner = owners.get(namespace);
    owners.set(namespace, owner ?? mspId);
    if (owner === undefined) return [];
    const message = `"${namespace}" is also the namespace of ${owner}; the backend chart can be installed only once in a namespace`;
    return [{ key: keyOf(["organizations", mspId, "namespace"]), message }];
  });
}

function hosts(settings: SubstraSettings): Problem[] {
  const { orchestrator } = settings;
  if (!orchestrator) return [];
  const names = orchestratorHosts(orchestrator);
  return organizationsIssuedHere(settings).flatMap(([mspId, , { dial }]) => {
    const key = keyOf(["organizations", mspId, "orchestrator", "host"]);
    if (dial === undefined) {
      const message =
        "is missing: with sameCluster: false there must be a host to dial; set it, or orchestrator.hostname";
      return [{ key, message }];
    }
    if (coversHost(names, dial.host)) return [];
    const list = isIpAddress(dial.host) ? "ipAddresses" : "dnsNames";
    const all = [...names.dnsNames, ...names.ipAddresses].join(", ");
    const message = `"${dial.host}" is not in the orchestrator's certificate (${all}); add it to orchestrator.${list} or change it`;
    return [{ key, message }];
  });
}

function charts({ orchestrator, organizations }: SubstraSettings): Problem[] {
  const problemAt = (path: readonly string[], message: string | undefined): Problem[] =>
    message === undefined ? [] : [{ key: keyOf([...path, "chart"]), message }];
  const server =
    orchestrator &&
    substraChartProblem(
      ORCHESTRATOR_CHART,
      orchestrator.chart,
      orchestrator.hostname !== undefined,
    );
  return [
    ...problemAt(["orchestrator"], server),
    ...[...organizations].flatMap(([mspId, { chart, connection, orchestrator: wishes }]) => {
      const sameCluster = connection?.sameCluster ?? wishes.sameCluster ?? false;
      const message = substraChartProblem(BACKEND_CHART, chart, !sameCluster);
      return problemAt(["organizations", mspId], message);
    }),
  ];
}
