import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../../host";
import type { KeyAlgorithm } from "../../x509";
import { consortium } from "../integration/example";
import { TestStack } from "../integration/stack";
import { workbench } from "../integration/workbench";
import {
  Consortium,
  readConsortium,
  type ConsortiumFiles,
  type ConsortiumSections,
} from "./consortium";
import { RSA_4096, handmadeCa } from "./openssl";

/** Timeout of `before` hooks that deploy, in ms. */
export const DEPLOY_PATIENCE = 15 * 60_000;

/** Prefixes of the namespaces of these deployments. */
export const ROTATION = "interop-rotation";
export const EXISTING = "interop-existing";

/**
 * Returns a function for a deployment that several test files share, at one or more points in time. The first process
 * of the test run that needs it deploys it; the others read where its files are. No test changes it, and it is removed
 * with the workbench.
 */
function once<Time extends string>(
  name: string,
  make: () => Promise<Record<Time, ConsortiumFiles>>,
): () => Promise<Record<Time, Consortium>> {
  let made: Promise<Record<Time, ConsortiumFiles>> | undefined;
  const find = async () => {
    const file = join((await workbench()).directory, `${name}.json`);
    return withLock(`${file}.lock`, async () => {
      if (existsSync(file)) {
        return JSON.parse(readFileSync(file, "utf8")) as Record<Time, ConsortiumFiles>;
      }
      const files = await make();
      writeFileSync(file, JSON.stringify(files), { mode: 0o600 });
      return files;
    });
  };
  return async () => {
    const files = Object.entries<ConsortiumFiles>(await (made ??= find()));
    const consortiums = files.map(([time, each]) => [time, new Consortium(each)]);
    return Object.fromEntries(consortiums) as Record<Time, Consortium>;
  };
}

/** A consortium before and after a new CA generation begins to sign. It trusts both generations at both times. */
export type Rotation = Record<"before" | "after", Consortium>;

export const rotation = once(ROTATION, async () => {
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
  const before = await deploy(stack, `${ROTATION}-before`, sections("signing", "trusted"));
  await stack.configure(sections("trusted", "signing"));
  const after = await deploy(stack, `${ROTATION}-after`, sections("trusted", "signing"));
  return { before, after };
});

const onlyExisting = once(EXISTING, async () => {
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
  return { once: await deploy(stack, EXISTING, sections) };
});

/** A consortium with an existing CA: created with OpenSSL, with other key algorithms than the defaults. */
export async function existing(): Promise<Consortium> {
  return (await onlyExisting()).once;
}

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
): Promise<ConsortiumFiles> {
  const { outputs } = await stack.up();
  return readConsortium(name, sections, outputs);
}
