/**
 * Returns what the changelog says of a release.
 *
 * @param tag the release's tag, e.g. `v1.2.3`.
 * @param version the version in package.json.
 * @throws Error if they differ, or if the changelog has no section for the version.
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) {
    throw new Error(
      `the tag is ${JSON.stringify(tag)}, but package.json has version ${JSON.stringify(version)}; the tag must be v${version}: set the version first, commit it, and tag that commit`,
    );
  }
  const sections = changelog.split(/^## /m).slice(1);
  const [own] = sections.filter((section) => headOf(section) === version);
  const notes = own?.slice(own.indexOf("\n")).trim() ?? "";
  if (notes === "") {
    const found = sections.map(headOf).join(", ");
    throw new Error(
      `CHANGELOG.md has no section "## ${version}" with content; it has ${found || "none"}: rename "Unreleased" in the commit that sets the version`,
    );
  }
  return notes;
}

/** Returns the version of a section, without the date that may follow it. */
function headOf(section: string): string {
  return (/^\[?([^\]\s]+)/.exec(section) ?? [])[1] ?? "";
}
