import assert from "node:assert/strict";
import { links } from "../../../../systems/services/links";

describe("the stacks that sign for services", () => {
  const CA = "organization/countersign/ca";
  const signers = (sections: object) =>
    links
      .signed(
        Object.fromEntries(
          Object.entries(sections).map(([name, section]) => [`countersign:${name}`, section]),
        ),
      )
      .map(({ party, signer }) => [party, signer]);

  it("are none for services whose certificates come as files", () => {
    const services = { db: {}, orders: { signedBy: { stack: CA } } };
    assert.deepEqual(signers({ services, servicesSignedBy: { directory: "enrollments" } }), [
      ["service db", undefined],
      ["service orders", CA],
    ]);
    const own = { db: { signedBy: { directory: "enrollments" } }, orders: {} };
    assert.deepEqual(signers({ services: own, servicesSignedBy: { stack: CA } }), [
      ["service db", undefined],
      ["service orders", CA],
    ]);
  });

  it("read requests of groups that publish them, not those of files", () => {
    const serviceEnrollments = {
      shop: { requests: { directory: "enrollments/shop" } },
      cart: { requests: { stack: "organization/countersign/cart" } },
    };
    assert.deepEqual(links.requestsFrom({ "countersign:serviceEnrollments": serviceEnrollments }), [
      "organization/countersign/cart",
    ]);
  });
});
