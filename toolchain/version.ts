/** A released version, without the leading "v". */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Accepted versions: `from` itself and everything above it that is below `below`. */
export interface VersionRange {
  readonly from: string;
  readonly below: string;
}

/** Returns the first version in a text, such as a tool's answer to `--version`. */
export function findVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

export function isWithin(version: Version, range: VersionRange): boolean {
  return compare(version, known(range.from)) >= 0 && compare(version, known(range.below)) < 0;
}

function known(text: string): Version {
  const version = findVersion(text);
  if (version === undefined) throw new Error(`"${text}" is not a version: write it as 1.2.3`);
  return version;
}

function compare(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}
