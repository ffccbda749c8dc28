import assert from "node:assert/strict";
import fc from "fast-check";
import { goodExcept, load, problemsOf } from "./make-config";
import { refuses } from "./refusals";

const LOGIN = { host: "db.example.org", username: "substra", password: "correct-horse" };
const credentials =
  "is missing; set username and password (as a secret), or credentialsSecretName, a Secret with DATABASE_USERNAME and DATABASE_PASSWORD";

/** Returns changes that give both keys the same content. */
function both(database: object) {
  return {
    "orchestrator/database": database,
    "organizations/MyOrg1MSP/database": database,
  };
}

describe("a user's own database", () => {
  it("needs a host, and a login or the Secret with one", () => {
    const { orchestrator, organizations } = load(goodExcept(both(LOGIN)));
    const login = { username: "substra", password: "correct-horse" };
    const expected = { host: "db.example.org", port: 5432, credentials: login };
    assert.deepEqual(orchestrator?.database, {
      ...{ ...expected, name: "orchestrator", connectionParameters: "sslmode=require" },
    });
    assert.deepEqual(organizations.get("MyOrg1MSP")?.database, { ...expected, name: "substra" });
    assert.equal(organizations.get("MyOrg2MSP")?.database, undefined);

    const own = { host: "10.0.0.5", port: 6432, name: "own", credentialsSecretName: "db.login" };
    const found = load(goodExcept(both(own))).organizations.get("MyOrg1MSP")?.database;
    assert.deepEqual(found, {
      ...{ host: "10.0.0.5", port: 6432, name: "own" },
      credentials: { secretName: "db.login" },
    });
  });

  const { host } = LOGIN;
  refuses([
    [
      "a host without a login",
      both({ host }),
      `orchestrator.database.username: ${credentials}`,
      `organizations.MyOrg1MSP.database.username: ${credentials}`,
    ],
    [
      "a user without a password",
      { "orchestrator/database": { host, username: "substra" } },
      `orchestrator.database.password: ${credentials}`,
    ],
    [
      "a login beside the Secret with one",
      { "orchestrator/database": { ...LOGIN, credentialsSecretName: "login" } },
      "orchestrator.database.username: is in the Secret that credentialsSecretName names; remove one of them",
      "orchestrator.database.password: is in the Secret that credentialsSecretName names; remove one of them",
    ],
    [
      "a URL for a host",
      { "orchestrator/database": { ...LOGIN, host: "postgres://db.example.org" } },
      'orchestrator.database.host: found "postgres://db.example.org"; write a host name in lower case or an IPv4 address, without scheme and port',
    ],
    [
      "names that charts could not write into YAML or a URL",
      { "orchestrator/database": { ...LOGIN, name: "a/b", username: "7" } },
      "orchestrator.database.name: write 1 to 63 letters, digits, dots, hyphens and underscores, starting with a letter or underscore",
      "orchestrator.database.username: write 1 to 63 letters, digits, dots, hyphens and underscores, starting with a letter or underscore",
    ],
    [
      "invalid parameters of a URL",
      { "orchestrator/database": { ...LOGIN, connectionParameters: "sslmode" } },
      "orchestrator.database.connectionParameters: write parameters of a PostgreSQL URL, for example sslmode=require&connect_timeout=10",
    ],
    [
      "parameters of a URL for a backend, which has none",
      { "organizations/MyOrg1MSP/database": { ...LOGIN, connectionParameters: "sslmode=require" } },
      "organizations.MyOrg1MSP.database.connectionParameters: is not a known key; the known keys are host, port, name, username, password, credentialsSecretName",
    ],
  ]);

  it("accepts any password for a backend, and for the orchestrator any that fits into a URL, without quoting it", () => {
    const problems = (key: string, password: string) =>
      problemsOf(goodExcept({ [key]: { ...LOGIN, password } }));
    const forUrls = fc
      .string({ minLength: 1 })
      .filter((text) => !/[^\w\-.~!$&'()*+,;=]/.test(text));
    fc.assert(
      fc.property(forUrls, (password) => {
        const url = new URL(`postgres://me:${password}@db.example:5432/own`);
        assert.equal(decodeURIComponent(url.password), password);
        assert.deepEqual(problems("orchestrator/database", password), []);
      }),
    );
    const refused =
      "orchestrator.database.password: has a character that the orchestrator's chart cannot put into the URL of its database; use letters, digits and -._~!$&'()*+,;=";
    for (const character of '@:/?#[]% \n"<>\\^`{|}é') {
      const password = `correct${character}horse`;
      assert.deepEqual(problems("orchestrator/database", password), [refused]);
      assert.deepEqual(problems("organizations/MyOrg1MSP/database", password), []);
    }
  });
});
