import assert from "node:assert/strict";
import { digestOfAdmission } from "../../../../enrollment/admission-files";
import { filesOfAdmission } from "../../../../enrollment/files";
import { ADMISSION_FORM, type SubstraAdmission } from "../../../../systems/substra/admission";
import { FINGERPRINTS, makeAdmission } from "../../enrollment/make-admission";
import { makeLeaf } from "../../x509/make-certificate";
import { Project, requestOfOrg1 } from "./project";

const DIRECTORY = "enrollments/MyOrg1MSP";

describe("countersign enroll import of a certificate after another one", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const configure = (signedBy: object = {}) =>
    project.configure({
      organizations: {
        MyOrg1MSP: { signedBy: { directory: DIRECTORY, trust: [FINGERPRINTS.g1], ...signedBy } },
      },
    });
  const receive = (admission: SubstraAdmission) => {
    for (const [file, text] of Object.entries(filesOfAdmission(admission, ADMISSION_FORM))) {
      project.write(`inbox/${file}`, text);
    }
  };
  const judged = () =>
    project
      .takeIn(["inbox"])
      .verdicts.map(({ decision, reasons, warnings }) => ({ decision, reasons, warnings }));
  const accepted = (...warnings: string[]) => [{ decision: "accepted", reasons: [], warnings }];

  const renewed = { notBefore: "2025-05-01T00:00:00Z", notAfter: "2026-05-01T00:00:00Z" };
  const { orchestrator } = makeAdmission();
  const elsewhere = { ...orchestrator, external: { host: "evil.example", port: 443 } };
  beforeEach(() => {
    configure();
    project.write(`${DIRECTORY}/request.pem`, requestOfOrg1());
    receive(makeAdmission({ certificate: makeLeaf(renewed) }));
    project.takeIn(["inbox"]);
  });
  const advice = (admission: SubstraAdmission) =>
    `ask the consortium over another channel whether this is intended, and set countersign:organizations.MyOrg1MSP.signedBy.accept to ${digestOfAdmission(admission, ADMISSION_FORM)} if so`;
  const older = makeAdmission({ orchestrator: elsewhere });
  const setbacks = [
    `its certificate is older than the one in use: valid 2025-01-01T00:00:00Z to 2026-01-01T00:00:00Z, in place of 2025-05-01T00:00:00Z to 2026-05-01T00:00:00Z`,
    "it moves the orchestrator from orchestrator.example.org:443, which is dialled now, to evil.example:443",
  ];

  it("refuses an admission that reverts something", () => {
    receive(older);
    assert.deepEqual(judged(), [
      {
        decision: "refused",
        reasons: setbacks.map((text) => `${text}: ${advice(older)}`),
        warnings: [],
      },
    ]);
    assert.ok(project.read(`${DIRECTORY}/consortium.yaml`).includes("orchestrator.example.org"));
  });

  it("accepts it if the configuration accepts exactly this admission", () => {
    receive(older);
    configure({ accept: digestOfAdmission(older, ADMISSION_FORM) });
    assert.deepEqual(
      judged(),
      accepted(
        ...setbacks.map(
          (text) => `${text}; countersign:organizations.MyOrg1MSP.signedBy.accept accepts it`,
        ),
      ),
    );
    assert.ok(project.read(`${DIRECTORY}/consortium.yaml`).includes("evil.example"));
  });

  it("accepts an admission that is newer, identical, or replaces one that cannot be read", () => {
    assert.deepEqual(judged(), accepted());
    receive(older);
    project.write(`${DIRECTORY}/consortium.yaml`, "damaged");
    assert.deepEqual(judged(), accepted());
  });
});
