import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CannotCheck } from "../../command/failure";
import { readCertificate } from "../../x509";
import type { Pair } from "../interop/consortium";
import { P256, handmadeCa, handmadeLeaf } from "../interop/openssl";
import { Chance } from "../soak/chance";
import { spoiledCluster } from "../unit/cli/spoiled-cluster";
import { entryOf, mountedSecrets, ourSecrets, deployment } from "./api";
import { consortium } from "./example";
import { failuresIn, verifyStacks } from "./separate-stacks";
import { TestStack, type Sections } from "./stack";

const PREFIX = "handmade";
const ELSEWHERE = "MyOrg1MSP";
const HERE = "MyOrg2MSP";
const DAYS = 20;

const text = (path: string) => readFileSync(path, "utf8");
const fingerprintOf = ({ certificate }: Pair) => readCertificate(text(certificate)).fingerprint;

/** A consortium that followed the guides has a CA, a server pair and client pairs, all of them openssl's files. */
describe("a consortium that was created by hand with openssl", function () {
  this.timeout(900_000);
  let ca: Pair;
  let server: Pair;
  let clients: Readonly<Record<string, Pair>>;
  let host: TestStack;
  let own: TestStack;

  before(async () => {
    ca = await handmadeCa("ca", "/O=Consortium/CN=Consortium CA", P256);
    const service = "orchestrator-server";
    const dnsNames = ["orchestrator.test.example", service].concat(
      ["", ".svc", ".svc.cluster.local"].map((end) => `${service}.${PREFIX}-orchestrator${end}`),
    );
    server = await handmadeLeaf("server", "/O=Consortium/CN=orchestrator", ca, {
      days: DAYS,
      dnsNames,
    });
    const client = (mspId: string) =>
      handmadeLeaf(mspId, `/O=${mspId}/CN=${mspId}`, ca, { days: DAYS });
    clients = { [ELSEWHERE]: await client(ELSEWHERE), [HERE]: await client(HERE) };

    host = await TestStack.create(`${PREFIX}-host`, {});
    own = await TestStack.create(`${PREFIX}-org-1`, ownSections(), {
      backend: host.backend,
    });
    await own.setSecret(`organizations.${ELSEWHERE}.certificate.key`, keyOf(clients[ELSEWHERE]));
    await configureHost("3d");
  });

  it("is adopted without issuing anything", async () => {
    const updates = [await own.up(), await host.up(), await own.up()];
    const issued = updates
      .flatMap(({ changes }) => changes)
      .filter((change) => /PrivateKey|LocallySignedCert|SelfSignedCert/.test(change));
    assert.deepEqual(issued, []);
    assert.equal(await deployedIn("orchestrator", "orchestrator-server"), fingerprintOf(server));
    for (const [position, mspId] of [ELSEWHERE, HERE].entries()) {
      assert.equal(
        await deployedIn(`org-${position + 1}`, "backend-substra-backend-server"),
        fingerprintOf(pairOf(mspId)),
      );
    }
    await host.assertSettled();
    await own.assertSettled();
  });

  it("works, by the strict rules too", async () => {
    assert.deepEqual(failuresIn(await verifyStacks([host, own])), []);
  });

  it("is verified to the end, whatever has been changed in the cluster", async () => {
    for (let seed = 0; seed < Number(process.env.SPOILED ?? 20); seed++) {
      const chance = new Chance(seed);
      try {
        await verifyStacks([host, own], (cluster) => spoiledCluster(cluster, chance));
      } catch (error) {
        assert.ok(error instanceof CannotCheck, `${seed}: ${(error as Error).stack ?? ""}`);
      }
    }
  });

  it("is renewed when due, with the same keys", async () => {
    await configureHost("30d");
    const { changes } = await host.up();
    assert.deepEqual(
      changes.filter((change) => change.startsWith("create LocallySignedCert")),
      [
        "create LocallySignedCert my-org1-msp-certificate",
        "create LocallySignedCert my-org2-msp-certificate",
        "create LocallySignedCert orchestrator-certificate",
      ],
    );
    await own.up();
    for (const [place, workload, before] of [
      ["orchestrator", "orchestrator-server", server],
      ["org-1", "backend-substra-backend-server", clients[ELSEWHERE]],
      ["org-2", "backend-substra-backend-server", clients[HERE]],
    ] as const) {
      const old = readCertificate(text(before?.certificate ?? ""));
      const renewed = readCertificate(await certificateIn(place, workload));
      assert.equal(renewed.publicKeyFingerprint, old.publicKeyFingerprint);
      assert.ok(renewed.notAfter > old.notAfter);
    }
    assert.deepEqual(failuresIn(await verifyStacks([host, own])), []);
  });

  it("is not adopted with a certificate that the orchestrator would refuse", async () => {
    const stranger = await handmadeCa("other-ca", "/O=Consortium/CN=Other CA", P256);
    const foreign = await handmadeLeaf("foreign", `/O=${ELSEWHERE}/CN=x`, stranger);
    await configureHost("3d", text(foreign.certificate));
    assert.match(
      await host.refusal(),
      /countersign:enrollments\.MyOrg1MSP\.certificate\.existing: its issuer O=Consortium, CN=Other CA is not trusted; .* Remove it to have a certificate issued for the same key/,
    );
  });

  function ownSections(): Sections {
    const { organizations } = consortium(PREFIX, [ELSEWHERE]);
    const { fingerprint } = readCertificate(text(ca.certificate));
    const organization = {
      ...organizations[ELSEWHERE],
      orchestrator: { sameCluster: true },
      signedBy: { stack: host.fullName, trust: [fingerprint] },
    };
    return { organizations: { [ELSEWHERE]: organization } };
  }

  async function configureHost(
    renewBefore: string,
    elsewhere = text(pairOf(ELSEWHERE).certificate),
  ) {
    const example = consortium(PREFIX, [ELSEWHERE, HERE]);
    await host.configure({
      authority: {
        ...example.authority,
        generations: { g1: { state: "signing", certificate: text(ca.certificate) } },
      },
      orchestrator: {
        ...example.orchestrator,
        certificate: { renewBefore, existing: text(server.certificate) },
      },
      organizations: {
        [HERE]: {
          ...example.organizations[HERE],
          certificate: { renewBefore, existing: text(pairOf(HERE).certificate) },
        },
      },
      enrollments: {
        [ELSEWHERE]: {
          request: { stack: own.fullName },
          commonName: "substra.org-1.example",
          certificate: { renewBefore, existing: elsewhere },
        },
      },
    });
    await host.setSecret("authority.generations.g1.key", keyOf(ca));
    await host.setSecret("orchestrator.certificate.key", keyOf(server));
    await host.setSecret(`organizations.${HERE}.certificate.key`, keyOf(pairOf(HERE)));
  }

  function pairOf(mspId: string): Pair {
    const pair = clients[mspId];
    assert.ok(pair);
    return pair;
  }

  const keyOf = (pair: Pair | undefined) => text(pair?.key ?? "");

  async function deployedIn(place: string, workload: string): Promise<string> {
    return readCertificate(await certificateIn(place, workload)).fingerprint;
  }

  /** Returns the certificate that a workload mounts. */
  async function certificateIn(place: string, workload: string): Promise<string> {
    const namespace = `${PREFIX}-${place}`;
    const { spec } = await deployment(namespace, workload);
    const secrets = await ourSecrets(namespace);
    const mounted = Object.values(mountedSecrets(spec?.template.spec)).flat();
    const pair = mounted.map((name) => secrets.get(name)).find((each) => each?.data?.["tls.crt"]);
    return entryOf(pair, "tls.crt");
  }
});
