import assert from "node:assert/strict";
import fc from "fast-check";
import { kebabCase } from "../../../components/substra/msp-id";

describe("kebabCase", () => {
  const table: Record<string, string> = {
    MyOrg1MSP: "my-org1-msp",
    MyOrg2MSP: "my-org2-msp",
    Org2go: "org-2go",
    OrgA: "org-a",
    "org-a": "org-a",
    "Org-A": "org-a",
    ORGA: "orga",
    orga: "orga",
    OwkinPeerMSP: "owkin-peer-msp",
    HTTPServer: "http-server",
    MSP: "msp",
    MSP1: "msp1",
    msp1: "msp1",
    Org12: "org12",
    Org1Org2: "org1-org2",
    Org1org2: "org-1org2",
    A1B2: "a1-b2",
    a1b2: "a-1b2",
    "1Org": "1-org",
    "1org": "1org",
    "123": "123",
    "Org-1": "org-1",
    "Org--A": "org--a",
    "-Org": "-org",
    "Org-": "org-",
    "": "",
  };
  for (const [text, kebab] of Object.entries(table))
    it(`writes ${JSON.stringify(text)} as ${JSON.stringify(kebab)}`, () => {
      assert.equal(kebabCase(text), kebab);
    });

  const identifiers = fc.stringMatching(/^[A-Za-z0-9-]{0,40}$/);

  it("keeps letters, digits and hyphens in their order, and adds nothing but hyphens", () => {
    fc.assert(
      fc.property(identifiers, (text) => {
        const kebab = kebabCase(text);
        assert.match(kebab, /^[a-z0-9-]*$/);
        assert.equal(kebab.replaceAll("-", ""), text.replaceAll("-", "").toLowerCase());
      }),
    );
  });

  it("does not change lower-case letters and hyphens", () => {
    const plain = fc.stringMatching(/^[a-z]{1,8}(-[a-z]{1,8}){0,3}$/);
    fc.assert(
      fc.property(plain, (text) => {
        assert.equal(kebabCase(text), text);
      }),
    );
  });
});
