import { consortium } from "../integration/example";
import { TestStack } from "../integration/stack";
import { deployed, type Consortium } from "./consortium";
import { RSA_4096, handmadeCa, text } from "./openssl";

/** For `before` hooks. */
export const DEPLOY_PATIENCE = 5 * 60_000;

/** A deployment that several test files use; the first makes it, and it goes with the control plane. */
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
  const base = consortium("interop-rotation");
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
      channels: { mychannel: { organizations: ["MyOrg1MSP", "MyOrg2MSP"] }, other: { organizations: ["MyOrg2MSP"] } },
    },
    organizations: {
      MyOrg1MSP: base.organizations["MyOrg1MSP"]!,
      MyOrg2MSP: { ...base.organizations["MyOrg2MSP"]!, certificate: { algorithm: "RSA-2048" } },
    },
  });
  const stack = await TestStack.create("interop-rotation", sections("signing", "trusted"));
  const before = await deployed(stack, "before", sections("signing", "trusted"));
  const after = await deployed(stack, "after", sections("trusted", "signing"));
  return { before, after };
});

/** A consortium whose CA exists already: made by hand with OpenSSL, with other key algorithms than the defaults. */
export const existing = once(async (): Promise<Consortium> => {
  const ca = await handmadeCa("existing", "/O=Our company/CN=Our company root", RSA_4096);
  const base = consortium("interop-existing", ["MyOrg1MSP"]);
  const sections = {
    ...base,
    authority: {
      ...base.authority,
      generations: { house: { state: "signing", certificate: text(ca.certificate), key: text(ca.key) } },
    },
    orchestrator: { ...base.orchestrator, certificate: { algorithm: "RSA-3072" } },
    organizations: {
      MyOrg1MSP: { ...base.organizations["MyOrg1MSP"]!, certificate: { algorithm: "ECDSA-P384" } },
    },
  };
  const stack = await TestStack.create("interop-existing", sections);
  return deployed(stack, "existing", sections);
});
