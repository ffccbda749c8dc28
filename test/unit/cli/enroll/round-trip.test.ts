import assert from "node:assert/strict";
import { EXCHANGES } from "../../../../cli/enroll/command";
import { exportsOf, saveAll } from "../../../../cli/enroll/export-command";
import { admissionInDirectory, requestInFile } from "../../../../enrollment/files";
import { ADMISSION_FORM } from "../../../../systems/substra/admission";
import { makeAdmissions } from "../make-admissions";
import { FINGERPRINTS, G1, G2 } from "../../enrollment/make-admission";
import { Project, requestOfOrg1 } from "./project";

describe("countersign enroll", () => {
  it("carries a request to the consortium, and the certificate back", () => {
    const [organization, consortium] = [new Project(), new Project()];
    organization.configure({
      organizations: {
        MyOrg1MSP: { signedBy: { directory: "enrollments/MyOrg1MSP", trust: [FINGERPRINTS.g1] } },
      },
    });
    consortium.configure({
      enrollments: {
        MyOrg1MSP: {
          request: { file: "enrollments/MyOrg1MSP/request.pem" },
          commonName: "substra.org-1.example",
        },
      },
    });

    const request = requestOfOrg1();
    const requests = { format: 1, organizations: { MyOrg1MSP: { request, key: "k1" } } };
    saveAll(
      exportsOf({ requests }, "stack org-1", [], "enrollments", EXCHANGES),
      organization.folder,
    );
    const sent = organization.read("enrollments/MyOrg1MSP/request.pem");
    consortium.write("clone/enrollments/MyOrg1MSP/request.pem", sent);
    consortium.takeIn(["clone"]);
    assert.deepEqual(requestInFile(consortium.path("enrollments/MyOrg1MSP/request.pem")), {
      kind: "here",
      value: request,
    });

    const admissions = makeAdmissions({
      authorities: {
        g1: { state: "signing", certificate: G1 },
        g2: { state: "trusted", certificate: G2 },
      },
    });
    const exported = exportsOf({ admissions }, "stack consortium", [], "enrollments", EXCHANGES);
    const [saved] = saveAll(exported, consortium.folder);
    for (const { path } of saved?.files ?? []) {
      organization.write(`clone/${path}`, consortium.read(path));
    }
    organization.takeIn(["clone"]);
    const { authorities, orchestrator, organizations } = admissions;
    assert.deepEqual(
      admissionInDirectory(organization.path("enrollments/MyOrg1MSP"), "MyOrg1MSP", ADMISSION_FORM),
      {
        kind: "here",
        value: { mspId: "MyOrg1MSP", ...organizations.MyOrg1MSP, authorities, orchestrator },
      },
    );

    // In a folder that both sides share, each side imports its own files and leaves the others as they are.
    for (const project of [organization, consortium]) {
      const outcome = project.takeIn(["enrollments"]);
      assert.deepEqual(new Set(outcome.saved.map(({ state }) => state)), new Set(["unchanged"]));
      project.remove();
    }
  });
});
