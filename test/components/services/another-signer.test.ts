import assert from "node:assert/strict";
import { readCertificate, readCertificates } from "../../../x509";
import { outputsOf, said, stacksOf } from "../enrollment/parties";
import type { Run } from "../mock-engine";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import {
  MEMBER,
  SERVICES,
  SIGNED_BY,
  SIGNER,
  SIGNER_SECTIONS,
  requestsOf,
  runMember,
  runSigner,
  secretOf,
} from "./stacks";

/** CA of the services' own stack, which signs for them at first. */
const authority = {
  subject: { commonName: "Own CA" },
  generations: { g1: { state: "signing" } },
};

describe("services that change from their own stack's CA to another stack", () => {
  let own: Run<unknown>;
  let asked: Run<unknown>;
  before(async () => {
    own = await runStack({ authority, services: SERVICES });
    asked = await runMember({ authority }, { state: own.state });
  });

  const issuerOf = (run: Run<unknown>, service: string) =>
    readCertificate(secretOf(run, `service-${service}-keys`)["tls.crt"] ?? "").issuer.text;
  const casIn = (run: Run<unknown>, name = "services-shop-services-ca") => {
    const { data } = reveal(find(run.resources, name).inputs) as { data: Record<string, string> };
    return readCertificates(data["ca.crt"] ?? "").map(({ subject }) => subject.text);
  };
  const ownKeyIn = ({ resources }: Run<unknown>) =>
    resources.some(({ name }) => name === "service-db-key");
  const signFor = (names: readonly (keyof typeof SERVICES)[], member = asked) => {
    const { shop } = SIGNER_SECTIONS.serviceEnrollments;
    const services = Object.fromEntries(names.map((name) => [name, shop.services[name]]));
    return runSigner(
      { serviceEnrollments: { shop: { ...shop, services } } },
      { stacks: stacksOf({ [MEMBER]: member }) },
    );
  };

  it("keep running with the certificates that they have, and request others", () => {
    assert.deepEqual(asked.errors, []);
    for (const name of ["db", "orders"])
      assert.deepEqual(
        secretOf(asked, `service-${name}-keys`),
        secretOf(own, `service-${name}-keys`),
      );
    assert.deepEqual(casIn(asked), ["CN=Own CA"]);
    assert.deepEqual(Object.keys(requestsOf(asked)), ["db", "orders"]);
    assert.match(
      said(asked).join("\n"),
      /info: service db, service orders wait: stack organization\/countersign\/ca cannot be read .*; the certificate of this stack's own CA stays in use until then$/m,
    );
  });

  it("say so in what verify and the report read", () => {
    const { waiting } = outputsOf(asked) as { waiting: Record<string, string> };
    assert.deepEqual(Object.keys(waiting), ["service db", "service orders"]);
    assert.match(
      waiting["service db"] ?? "",
      /; the certificate of this stack's own CA stays in use until then$/,
    );
  });

  it("first trust both CAs, then get the other certificates, and then forget their own CA", async () => {
    const stacks = stacksOf({ [SIGNER]: await signFor(["db", "orders"]) });
    const runs = [asked];
    for (const sections of [{ authority }, { authority }, {}]) {
      const { state } = runs.at(-1) ?? asked;
      const run = await runMember(sections, { state, stacks });
      assert.deepEqual(run.errors, []);
      runs.push(run);
    }
    assert.deepEqual(
      runs.map((run) => [issuerOf(run, "db"), issuerOf(run, "orders"), casIn(run)]),
      [
        ["CN=Own CA", "CN=Own CA", ["CN=Own CA"]],
        ["CN=Own CA", "CN=Own CA", ["CN=Shared CA", "CN=Own CA"]],
        ["CN=Shared CA", "CN=Shared CA", ["CN=Shared CA", "CN=Own CA"]],
        ["CN=Shared CA", "CN=Shared CA", ["CN=Shared CA"]],
      ],
    );
    assert.deepEqual(
      runs.map((run) => (outputsOf(run) as { waiting?: object }).waiting !== undefined),
      [true, true, false, false],
    );
    assert.deepEqual(runs.map(ownKeyIn), [true, true, false, false]);
    assert.match(
      said(runs[1] ?? asked).join("\n"),
      /^info: service db, service orders wait: the stack that signs has signed; services trust its CAs first, and the next `pulumi up` deploys its certificates$/m,
    );
    const { serviceCas } = outputsOf(runs[1] ?? asked) as { serviceCas: string };
    assert.equal(readCertificates(serviceCas).length, 2);
  });

  it("keep their certificates until an update that deploys the other CAs has succeeded", async () => {
    const stacks = stacksOf({ [SIGNER]: await signFor(["db", "orders"]) });
    const told = await runMember({ authority }, { state: asked.state, stacks });
    const failed = new Map(
      [...told.state].map(([urn, stored]) => {
        const isService = stored.type === "countersign:services:Service";
        return [urn, isService ? { ...stored, outputs: {} } : stored];
      }),
    );
    const run = await runMember({ authority }, { state: failed, stacks });
    assert.deepEqual(
      [issuerOf(run, "db"), casIn(run)],
      ["CN=Own CA", ["CN=Shared CA", "CN=Own CA"]],
    );
  });

  it("trust both CAs while only some of them have changed", async () => {
    const stacks = stacksOf({ [SIGNER]: await signFor(["db"]) });
    const told = await runMember({ authority }, { state: asked.state, stacks });
    const run = await runMember({ authority }, { state: told.state, stacks });
    assert.deepEqual([issuerOf(run, "db"), issuerOf(run, "orders")], ["CN=Shared CA", "CN=Own CA"]);
    assert.deepEqual(casIn(run), ["CN=Shared CA", "CN=Own CA"]);
  });

  it("keep the existing key that a certificate is requested for", async () => {
    const { "tls.key": key = "", "tls.crt": existing } = secretOf(own, "service-db-keys");
    const withKey = (certificate: object) => ({
      services: { ...SERVICES, db: { ...SERVICES.db, certificate } },
    });
    const first = await runStack({ authority, ...withKey({ key, existing }) });
    assert.equal(secretOf(first, "service-db-keys")["tls.crt"], existing);
    const second = await runMember({ authority, ...withKey({ key }) }, { state: first.state });
    assert.deepEqual(second.errors, []);
    assert.equal(secretOf(second, "service-db-keys")["tls.key"], key);
  });

  it("get the CAs of a signer of their own in an object of their own", async () => {
    const services = { ...SERVICES, db: { ...SERVICES.db, signedBy: SIGNED_BY } };
    const first = await runStack({ authority, services }, { state: own.state });
    const stacks = stacksOf({ [SIGNER]: await signFor(["db"], first) });
    const runs = [first];
    for (let updates = 0; updates < 3; updates++) {
      const { state } = runs.at(-1) ?? first;
      runs.push(await runStack({ authority, services }, { state, stacks }));
    }
    assert.deepEqual(
      runs.flatMap(({ errors }) => errors),
      [],
    );
    assert.deepEqual(
      runs.map((run) => [issuerOf(run, "db"), casIn(run, "service-db-ca")]),
      [
        ["CN=Own CA", ["CN=Own CA"]],
        ["CN=Own CA", ["CN=Shared CA", "CN=Own CA"]],
        ["CN=Shared CA", ["CN=Shared CA", "CN=Own CA"]],
        ["CN=Shared CA", ["CN=Shared CA"]],
      ],
    );
    for (const run of runs) {
      const { services: outputs } = outputsOf(run) as { services: { db: { cas?: string } } };
      assert.deepEqual(
        readCertificates(outputs.db.cas ?? "").map(({ subject }) => subject.text),
        casIn(run, "service-db-ca"),
      );
      assert.equal(issuerOf(run, "orders"), "CN=Own CA");
    }
  });

  it("keep their own CA until no certificate of it is in use", async () => {
    const stacks = stacksOf({ [SIGNER]: await signFor(["db", "orders"]) });
    const told = await runMember({ authority }, { state: asked.state, stacks });
    for (const { state } of [own, asked, told]) {
      const run = await runMember({}, { state, stacks });
      assert.deepEqual(run.errors, [
        "countersign:authority is missing, but service db still uses a certificate that it signed: nothing was changed. Keep it until `pulumi up` has replaced that certificate",
      ]);
      assert.deepEqual(
        run.resources.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
    }
  });
});
