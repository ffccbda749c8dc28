import assert from "node:assert/strict";
import { explain, maskCredentials } from "../../../command/pulumi";

describe("the credentials of a backend's URL", () => {
  const rows: [string, string][] = [
    // What Pulumi 3.245 prints if PostgreSQL does not answer.
    [
      "unable to open bucket postgres://ada:s3cret@db.example:5432/state?sslmode=verify-full: failed to ping",
      "unable to open bucket postgres://****@db.example:5432/state?sslmode=verify-full: failed to ping",
    ],
    ["postgres://ada:s3@cret@db/state", "postgres://****@db/state"],
    [
      'open "postgres://db/state?user=ada&password=s3cret&sslmode=require": refused',
      'open "postgres://db/state?user=ada&password=****&sslmode=require": refused',
    ],
    ["https://s3cret@git.example/charts", "https://****@git.example/charts"],
    // Pulumi itself masks the URLs of locks.
    [
      "postgres://****:****@db/state/.pulumi/locks/a/b.json: created by ada@build-1 (pid 17)",
      "postgres://****@db/state/.pulumi/locks/a/b.json: created by ada@build-1 (pid 17)",
    ],
  ];
  for (const [text, masked] of rows) {
    it(`are masked: ${masked}`, () => assert.equal(maskCredentials(text), masked));
  }

  it("are masked in what a command of the CLI reports", () => {
    assert.equal(
      explain("error: postgres://ada:s3cret@db/state:\n  refused"),
      "error: postgres://****@db/state: refused",
    );
  });

  for (const text of [
    "s3://states?endpoint=https://minio.example&region=eu-1",
    "file:///srv/state/.pulumi/locks/a.json?no_tmp_dir=true: created by ada@build-1 (pid 304)",
    "see https://www.npmjs.com/package/@pulumi/tls",
  ]) {
    it(`are not seen where there are none: ${text}`, () =>
      assert.equal(maskCredentials(text), text));
  }
});
