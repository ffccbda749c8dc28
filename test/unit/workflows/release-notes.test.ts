import assert from "node:assert/strict";
import { releaseNotes } from "../../../.github/scripts/release-notes";

const CHANGELOG = `# Changelog

## Unreleased

- Next.

## 1.2.3 - 2026-12-01

### Added

- This.

## 1.2.2

- Before.

## 1.2.1
`;

describe("the notes of a release", () => {
  it("are the section of its version", () => {
    assert.equal(releaseNotes("v1.2.3", "1.2.3", CHANGELOG), "### Added\n\n- This.");
    assert.equal(releaseNotes("v1.2.2", "1.2.2", CHANGELOG), "- Before.");
  });

  it("do not exist for a tag that is not that of the package", () => {
    assert.throws(() => releaseNotes("v1.2.4", "1.2.3", CHANGELOG), {
      message:
        'the tag is "v1.2.4", but package.json has version "1.2.3"; the tag must be v1.2.3: set the version first, commit it, and tag that commit',
    });
  });

  it("do not exist without a section that says something", () => {
    for (const version of ["1.2.4", "1.2.1", "1.2"])
      assert.throws(() => releaseNotes(`v${version}`, version, CHANGELOG), {
        message: `CHANGELOG.md has no section "## ${version}" with content; it has Unreleased, 1.2.3, 1.2.2, 1.2.1: rename "Unreleased" in the commit that sets the version`,
      });
  });
});
