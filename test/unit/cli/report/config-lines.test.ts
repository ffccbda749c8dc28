import assert from "node:assert/strict";
import { NO_FILE, configLines, pathOf } from "../../../../cli/report/config-lines";

const TEXT = `encryptionsalt: v1:abc
config:
  # A comment.
  countersign:orchestrator:
    hostname: orchestrator.example
    dnsNames:
      - partner.example
      - twice.example
    channels: { mychannel: { organizations: [MyOrg1MSP] } }
    values:
      other: twice.example
  countersign:organizations:
    MyOrg1MSP:
      hostname: substra.example
`;

describe("the lines of a configuration", () => {
  const lines = configLines(TEXT, "Pulumi.dev.yaml");

  it("are those of keys, even within a single line", () => {
    assert.deepEqual(lines.at(["orchestrator", "dnsNames"]), {
      key: "countersign:orchestrator.dnsNames",
      file: "Pulumi.dev.yaml",
      line: 6,
    });
    assert.equal(lines.at(["orchestrator", "channels", "mychannel", "organizations"]).line, 9);
  });

  it("are those of the key around one that is missing", () => {
    assert.deepEqual(lines.at(["organizations", "MyOrg1MSP", "certificate", "validity"]), {
      key: "countersign:organizations.MyOrg1MSP",
      file: "Pulumi.dev.yaml",
      line: 13,
    });
    assert.deepEqual(lines.at(["enrollments", "MyOrg2MSP"]), {
      key: "countersign:enrollments",
      file: "Pulumi.dev.yaml",
    });
  });

  it("are found by a text that occurs once", () => {
    assert.deepEqual(lines.ofText(["orchestrator"], "partner.example"), {
      key: "countersign:orchestrator.dnsNames[0]",
      file: "Pulumi.dev.yaml",
      line: 7,
    });
    assert.equal(lines.ofText(["orchestrator"], "twice.example"), undefined);
    assert.equal(lines.ofText(["orchestrator"], "substra.example"), undefined);
    assert.equal(lines.ofText(["enrollments"], "partner.example"), undefined);
  });

  it("are only keys if there is no file, or it is not YAML", () => {
    assert.deepEqual(NO_FILE.at(["authority", "generations", "g1"]), {
      key: "countersign:authority.generations.g1",
    });
    assert.equal(NO_FILE.ofText(["authority"], "x"), undefined);
    assert.deepEqual(configLines("", "Pulumi.x.yaml").at(["authority"]), {
      key: "countersign:authority",
      file: "Pulumi.x.yaml",
    });
    assert.equal(configLines("{", "Pulumi.x.yaml").ofText(["authority"], "x"), undefined);
  });

  it("begin with the section that facts name", () => {
    assert.deepEqual(pathOf("orchestrator"), ["orchestrator"]);
    assert.deepEqual(pathOf("organizations.MyOrg1MSP"), ["organizations", "MyOrg1MSP"]);
    assert.deepEqual(pathOf("organizations.my.org"), ["organizations", "my.org"]);
    assert.deepEqual(pathOf("spinnaker.services.echo"), ["spinnaker", "services", "echo"]);
  });
});
