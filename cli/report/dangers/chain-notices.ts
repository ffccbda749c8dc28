import { certificateIn } from "../certificates/reading";
import type { Notice } from "../model";
import { statedIn, type Plan } from "../plan";
import { listed, shortOf } from "../words";

/**
 * Notices on generations that have other CAs above them than before. Whoever trusts only the root is affected, although
 * no certificate of this stack changes. Other parts of the report show generations that are added or removed.
 */
export function chainNotices(plan: Plan): Notice[] {
  return statedIn(plan).flatMap(({ before, after }) => {
    const [was, is] = [before?.authority?.generations ?? {}, after?.authority?.generations ?? {}];
    return Object.keys(is)
      .sort()
      .flatMap((name) => (name in was ? noticeOf(name, was[name]?.above, is[name]?.above) : []));
  });
}

function noticeOf(
  generation: string,
  was: readonly string[] = [],
  is: readonly string[] = [],
): Notice[] {
  const gone = was.filter((pem) => !is.includes(pem)).map(nameOf);
  const added = is.filter((pem) => !was.includes(pem)).map(nameOf);
  if (gone.length + added.length === 0) return [];
  const what = `CA generation ${generation} is from now on distributed`;
  if (gone.length === 0)
    return [{ severity: "info", text: `${what} with the CAs above it: ${listed(added)}` }];
  const instead = added.length > 0 ? `, and with ${listed(added)} instead` : "";
  return [
    {
      severity: "warning",
      text: `${what} without ${listed(gone)}${instead}: programs outside this stack that trust only what is left out will refuse its certificates`,
    },
  ];
}

function nameOf(pem: string): string {
  const certificate = certificateIn(pem);
  return certificate
    ? `${certificate.subject.text} (SHA-256 ${shortOf(certificate.fingerprint)})`
    : "a CA that cannot be read";
}
