import assert from "node:assert/strict";
import { stringify } from "yaml";
import { configFileOf, readExchangeConfig } from "../../../../cli/enroll/stack-config";
import { exchange } from "../../../../systems/substra/enroll/exchange";
import { FINGERPRINTS, makeAdmission } from "../../enrollment/make-admission";
import { Project } from "./project";

describe("the configuration of what may be imported", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const read = () => {
    const { sides } = readExchangeConfig(project.path("Pulumi.here.yaml"), [exchange]);
    return sides[0]?.parties ?? assert.fail();
  };

  it("is in Pulumi's file for a stack", () => {
    assert.equal(configFileOf("dev"), "Pulumi.dev.yaml");
    assert.equal(configFileOf("organization/countersign/org-2"), "Pulumi.org-2.yaml");
  });

  it("is read with the schemas of `pulumi up`, without secrets and other keys", () => {
    project.configure({
      authority: { secure: "v1:ciphertext" },
      enrollments: { MyOrg1MSP: { request: { file: "a.pem" } } },
      organizations: {
        MyOrg2MSP: {
          hostname: 1,
          chart: { path: "/nowhere" },
          certificate: { key: { secure: "v1:ciphertext" } },
          values: [{ password: { secure: "v1:ciphertext" } }],
          signedBy: {
            directory: "b",
            trust: [FINGERPRINTS.g1.toUpperCase(), "first-use"],
            accept: FINGERPRINTS.g2,
          },
          orchestrator: { sameCluster: true, port: 1234 },
        },
        MyOrg3MSP: {},
      },
    });
    const { enrolled, members } = read();
    assert.deepEqual(
      [...enrolled].map(([mspId, { source, terms }]) => [mspId, source, terms.dnsNames]),
      [["MyOrg1MSP", { file: "a.pem" }, []]],
    );
    assert.deepEqual([...members.keys()], ["MyOrg2MSP", "MyOrg3MSP"]);
    assert.equal(members.get("MyOrg3MSP"), undefined);
    const member = members.get("MyOrg2MSP") ?? assert.fail();
    const { source, trust, accept, sourceKey, trustsWith } = member;
    assert.deepEqual([sourceKey, trustsWith], ["organizations.MyOrg2MSP.signedBy", []]);
    assert.deepEqual(
      { source, trust, accept },
      {
        source: { directory: "b" },
        trust: { fingerprints: [FINGERPRINTS.g1], firstUse: true },
        accept: FINGERPRINTS.g2,
      },
    );
    const { orchestrator } = makeAdmission();
    const moved = { ...orchestrator, internal: { host: "other.example", port: 9000 } };
    assert.deepEqual(
      member.furtherSetbacks(makeAdmission({ orchestrator: moved }), makeAdmission()),
      [
        "it moves the orchestrator from orchestrator.internal.example:1234, which is dialled now, to other.example:1234",
      ],
    );
  });

  it("may be written as JSON, or be empty", () => {
    const enrollments = JSON.stringify({ MyOrg1MSP: { request: { stack: "a/b/c" } } });
    project.configure({ enrollments });
    assert.deepEqual(read().enrolled.get("MyOrg1MSP")?.source, { stack: "a/b/c" });
    project.write("Pulumi.here.yaml", stringify({ encryptionsalt: "v1:" }));
    assert.deepEqual([read().enrolled.size, read().members.size], [0, 0]);
  });

  it("names the key of every problem", () => {
    project.configure({ enrollments: { MyOrg1MSP: { request: {}, dnsNames: ["*"] } } });
    assert.throws(read, {
      name: "ConfigError",
      message: `The configuration has 2 problems; nothing was changed:
  countersign:enrollments.MyOrg1MSP.request: needs the organization's stack or a file; write either stack or file
  countersign:enrollments.MyOrg1MSP.dnsNames[0]: found "*"; write a host name in lower case, without scheme, port or wildcard`,
    });
  });

  it("cannot be read if it is missing, not a configuration, or one secret", () => {
    const path = project.path("Pulumi.here.yaml");
    const fails = (message: string | RegExp) =>
      assert.throws(read, { name: "CannotCheck", message });
    fails(/ does not exist; run this in the project's folder, or give --config-file$/);
    for (const text of ["a: b: c", "[]", "config: []"]) {
      project.write("Pulumi.here.yaml", text);
      fails(`${path} is not a configuration file of a stack`);
    }
    project.configure({ enrollments: { secure: "v1:ciphertext" } });
    fails(
      `countersign:enrollments in ${path} is one secret, and nothing is decrypted here: set its keys one by one (\`pulumi config set --path\`), and only private keys as secrets`,
    );
  });
});
