import { readFileSync } from "node:fs";
import { consortium } from "../integration/example";
import { TestStack } from "../integration/stack";
import type { KeyAlgorithm } from "../../x509";
import { Consortium, type ConsortiumSections } from "./consortium";
import { RSA_4096, handmadeCa } from "./openssl";

/** For `before` hooks. */
export const DEPLOY_PATIENCE = 15 * 60_000;

/** What the names of these deployments begin with; no other process of the test run has them. */
export const ROTATION = `interop-${process.pid}-rotation`;
export const EXISTING = `interop-${process.pid}-existing`;

/** A deployment that several test files of a process use; the first makes it, and it goes with the control plane. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** The same consortium while a new CA generation is taken into use: which of the two signs changes, trust does not. */
export interface Rotation {
  readonly before: Consortium;
  readonly after: Consortium;
}

export const rotation = once(async (): Promise<Rotation> => {
  const base = consortium(ROTATION);
  const sections = (first: string, second: string) => ({
    ...base,
    authority: {
      ...base.authority,
      generations: {
        g1: { state: first, algorithm: "ECDSA-P256" },
        g2: { state: second, algorithm: "ECDSA-P384" },
      },
    },
    orchestrator: {
      ...base.orchestrator,
      dnsNames: ["orchestrator.elsewhere.example"],
      ipAddresses: ["192.0.2.7", "2001:db8::7"],
      channels: {
        mychannel: { organizations: ["MyOrg1MSP", "MyOrg2MSP"] },
        other: { organizations: ["MyOrg2MSP"] },
      },
    },
    organizations: withKeys(base, { MyOrg1MSP: "ECDSA-P256", MyOrg2MSP: "RSA-2048" }),
  });
  const stack = await TestStack.create(ROTATION, sections("signing", "trusted"));
  const before = await deploy(stack, "before", sections("signing", "trusted"));
  await stack.configure(sections("trusted", "signing"));
  const after = await deploy(stack, "after", sections("trusted", "signing"));
  return { before, after };
});

/** A consortium whose CA exists already: made by hand with OpenSSL, with other key algorithms than the defaults. */
export const existing = once(async (): Promise<Consortium> => {
  const ca = await handmadeCa("existing", "/O=Our company/CN=Our company root", RSA_4096);
  const certificate = readFileSync(ca.certificate, "utf8");
  const base = consortium(EXISTING, ["MyOrg1MSP"]);
  const sections = {
    ...base,
    authority: { ...base.authority, generations: { house: { state: "signing", certificate } } },
    orchestrator: { ...base.orchestrator, certificate: { algorithm: "RSA-3072" } },
    organizations: withKeys(base, { MyOrg1MSP: "ECDSA-P384" }),
  };
  const stack = await TestStack.create(EXISTING, sections);
  await stack.setSecret("authority.generations.house.key", readFileSync(ca.key, "utf8"));
  return deploy(stack, "existing", sections);
});

function withKeys(
  { organizations }: ConsortiumSections,
  algorithms: Readonly<Record<string, KeyAlgorithm>>,
): ConsortiumSections["organizations"] {
  return Object.fromEntries(
    Object.entries(organizations).map(([mspId, organization]) => [
      mspId,
      { ...organization, certificate: { algorithm: algorithms[mspId] } },
    ]),
  );
}

async function deploy(
  stack: TestStack,
  name: string,
  sections: ConsortiumSections,
): Promise<Consortium> {
  const { outputs } = await stack.up();
  return Consortium.read(name, sections, outputs);
}
