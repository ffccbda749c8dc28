import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chainOf } from "../../components/choreo-connect/trust";
import { Helm } from "../integration/charts/helm";
import {
  inCompose,
  type Container,
  type Containers,
  type Material,
} from "./choreo-connect/containers";
import { endpointFacts } from "./choreo-connect/endpoint-facts";
import { envoy, requestEach, type Answer } from "./choreo-connect/envoy";
import {
  PHASES,
  bareGateway,
  containersOf,
  partCases,
  type PartCases,
} from "./choreo-connect/part-cases";
import { GRPC, peerCluster } from "./choreo-connect/router-clusters";
import {
  askEnforcers,
  buildStandIns,
  startAdapters,
  startEnforcers,
  type Servers,
} from "./choreo-connect/stand-ins";
import { DISTRIBUTION, tokenFacts } from "./choreo-connect/token-facts";
import { stopServers } from "./process";
import { BUILD_PATIENCE } from "./programs";

type Case =
  keyof PartCases["materials"] | "alone" | "compose" | "composePrepared" | "composeSwitched";

/** Result of each of a gateway's calls: the caller's name as the callee sees it, or the reason why the call failed. */
interface Calls {
  readonly "router to adapter": string;
  readonly "router to enforcer": string;
  readonly "enforcer to adapter": string;
}

const ALL: Calls = {
  "router to adapter": "router",
  "router to enforcer": "router",
  "enforcer to adapter": "enforcer",
};

/** Messages about an unknown CA: of the adapter (Go), the enforcer (Java), and BoringSSL, which Envoy and Java use. */
const UNKNOWN_CA = {
  go: (callee: Case) =>
    new RegExp(
      `refused by ${callee}: .*tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    ),
  java: /refused: .*PKIX path (validation|building) failed/,
  boring: /CERTIFICATE_VERIFY_FAILED/,
};

describe("Choreo Connect's router, adapter and enforcer", function () {
  this.timeout(300_000);
  let folder = "";
  let helm: Helm;
  let cases: PartCases;
  let containers: Readonly<Record<Case, Containers>>;
  let adapters: Servers;
  let enforcers: Servers;

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    [helm] = await Promise.all([Helm.start(), envoy(), buildStandIns()]);
  });
  before(async function () {
    this.timeout(BUILD_PATIENCE);
    folder = mkdtempSync(join(tmpdir(), "countersign-parts-"));
    cases = await partCases(folder);
    const gateway = bareGateway(cases.apiManager);
    const { before: alone, prepared, switched } = cases.materials;
    const exported = (name: string, material: Material) =>
      inCompose(gateway, material, DISTRIBUTION, join(folder, name));
    const withoutManager = { ...gateway, controlPlane: undefined };
    containers = {
      ...(await containersOf(helm, gateway, cases.materials, folder)),
      ...(await containersOf(helm, withoutManager, { alone }, folder)),
      compose: exported("compose", alone),
      composePrepared: exported("composePrepared", prepared),
      composeSwitched: exported("composeSwitched", switched),
    };
    [adapters, enforcers] = await Promise.all([
      startAdapters(of("adapter")),
      startEnforcers(of("enforcer")),
    ]);
  });
  after(async () => {
    await stopServers();
    await helm.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const of = (part: keyof Containers): Record<string, Container> =>
    Object.fromEntries(Object.entries(containers).map(([name, each]) => [name, each[part]]));

  /** Makes the parts of one gateway call those of another, as when one part has restarted and another one has not. */
  async function call(pairs: readonly (readonly [caller: Case, callee: Case])[]): Promise<Calls[]> {
    const clusters = pairs.flatMap(([caller, callee], index) => {
      const { router } = containers[caller];
      return [
        peerCluster(`adapter-${index}`, router, "adapter", adapters.addressOf(callee)),
        peerCluster(`enforcer-${index}`, router, "enforcer", enforcers.addressOf(callee)),
      ];
    });
    const questions = pairs.map(
      ([caller, callee]) =>
        ["call", containers[caller].enforcer, adapters.addressOf(callee)] as const,
    );
    const [answers, asked] = await Promise.all([
      requestEach(folder, clusters, GRPC),
      askEnforcers(questions),
    ]);
    return pairs.map((_, index) => ({
      "router to adapter": told(answers.get(`adapter-${index}`)),
      "router to enforcer": told(answers.get(`enforcer-${index}`)),
      "enforcer to adapter": asked[index] ?? "",
    }));
  }

  const callOne = async (caller: Case, callee: Case): Promise<Calls> => {
    const [calls] = await call([[caller, callee]]);
    assert.ok(calls);
    return calls;
  };

  for (const [where, name] of [
    ["in a cluster, with an API Manager", "before"],
    ["in a cluster, without an API Manager", "alone"],
    ["with docker-compose", "compose"],
  ] as const)
    it(`call each other ${where}`, async () => {
      assert.deepEqual(await callOne(name, name), ALL);
    });

  it("call each other if any of them has a new certificate of the same CA", async () => {
    const calls = await call([
      ["before", "renewed"],
      ["renewed", "before"],
    ]);
    assert.deepEqual(calls, [ALL, ALL]);
  });

  it("call each other during a rotation, in any order of restarts", async () => {
    const pairs = PHASES.slice(1).flatMap((phase, index) => {
      const earlier = PHASES[index] ?? phase;
      return [[phase, phase] as const, [earlier, phase] as const, [phase, earlier] as const];
    });
    assert.equal(pairs.length, 9);
    const calls = await call(pairs);
    for (const [index, [caller, callee]] of pairs.entries()) {
      // In a cluster, router and enforcer are in one pod, and restart together.
      const { "router to enforcer": inPod, ...others } = calls[index] ?? {};
      const { "router to enforcer": wanted, ...expected } = ALL;
      assert.deepEqual(others, expected, `${caller} to ${callee}`);
      if (caller === callee) assert.equal(inPod, wanted);
    }
  });

  it("do so with docker-compose, where the enforcer may restart without the router", async () => {
    const calls = await call([
      ["compose", "composePrepared"],
      ["composePrepared", "compose"],
      ["composePrepared", "composeSwitched"],
      ["composeSwitched", "composePrepared"],
    ]);
    assert.deepEqual(calls, [ALL, ALL, ALL, ALL]);
  });

  it("do not call each other across two phases of a rotation", async () => {
    const calls = await callOne("before", "retired");
    for (const each of Object.values(calls))
      assert.match(each as string, /CERTIFICATE_VERIFY_FAILED|PKIX path/);
  });

  describe("with only their own certificates in their files, without the CA", () => {
    it("call each other, except for the enforcer, which shows no certificate to a server that does not name its CA", async () => {
      const calls = await callOne("single", "single");
      const { "enforcer to adapter": enforcer, ...router } = calls;
      assert.deepEqual(router, { "router to adapter": "router", "router to enforcer": "router" });
      assert.match(enforcer, /SSLV3_ALERT_HANDSHAKE_FAILURE/);
      await adapters.hasSaid(/refused by single: .*tls: client didn't provide a certificate/);
    });

    it("are no longer trusted when they have a new certificate", async () => {
      const [fromRouter, toOthers] = await call([
        ["singleRouter", "single"],
        ["single", "singleOthers"],
      ]);
      assert.match(fromRouter?.["router to adapter"] ?? "", /TLSV1_ALERT_UNKNOWN_CA/);
      await adapters.hasSaid(UNKNOWN_CA.go("single"));
      assert.match(fromRouter?.["router to enforcer"] ?? "", /TLSV1_ALERT_INTERNAL_ERROR/);
      await enforcers.hasSaid(UNKNOWN_CA.java);
      assert.match(toOthers?.["router to adapter"] ?? "", UNKNOWN_CA.boring);
      assert.match(toOthers?.["router to enforcer"] ?? "", UNKNOWN_CA.boring);
      assert.match(toOthers?.["enforcer to adapter"] ?? "", /PKIX path building failed/);
    });
  });

  describe("refuse", () => {
    it("a router with the right names, from a CA with the right name", async () => {
      const calls = await callOne("impostor", "before");
      assert.match(calls["router to adapter"], /TLSV1_ALERT_UNKNOWN_CA/);
      await adapters.hasSaid(UNKNOWN_CA.go("before"));
      // Java decides for BoringSSL, which does not report the reason.
      assert.match(calls["router to enforcer"], /TLSV1_ALERT_INTERNAL_ERROR/);
      await enforcers.hasSaid(UNKNOWN_CA.java);
      assert.match(calls["enforcer to adapter"], /TLSV1_ALERT_UNKNOWN_CA/);
      await adapters.hasSaid(UNKNOWN_CA.go("before"));
    });

    it("an adapter and an enforcer of such a CA", async () => {
      const calls = await callOne("before", "impostor");
      assert.match(calls["router to adapter"], UNKNOWN_CA.boring);
      assert.match(calls["router to enforcer"], UNKNOWN_CA.boring);
      assert.match(calls["enforcer to adapter"], /PKIX path validation failed/);
    });

    it("a router without a certificate", async () => {
      const { router } = containers.before;
      const silent = { isSilent: true };
      const answers = await requestEach(
        folder,
        [
          peerCluster("adapter", router, "adapter", adapters.addressOf("before"), silent),
          peerCluster("enforcer", router, "enforcer", enforcers.addressOf("before"), silent),
        ],
        GRPC,
      );
      for (const answer of answers.values())
        assert.match(told(answer), /SSLV3_ALERT_HANDSHAKE_FAILURE/);
      await adapters.hasSaid(/refused by before: .*tls: client didn't provide a certificate/);
      await enforcers.hasSaid(/refused: .*PEER_DID_NOT_RETURN_A_CERTIFICATE/);
    });

    it("another part in the adapter's place, if the enforcer calls; the router checks no names", async () => {
      const calls = await callOne("before", "posing");
      assert.equal(calls["router to adapter"], "router");
      assert.match(
        calls["enforcer to adapter"],
        /No subject alternative DNS name matching adapter found/,
      );
    });
  });

  describe("start", () => {
    const MG_KEY = "/home/wso2/security/keystore/mg.key";

    it("not with a key in PKCS#1", async () => {
      const { adapter, enforcer } = (await unusable("PKCS#1")).unusable;
      await assert.rejects(
        startAdapters({ adapter }),
        /panic: interface conversion: interface \{\} is nil, not \*rsa\.PrivateKey/,
      );
      const answers = await askEnforcers([
        ["start", enforcer],
        ["tokens", enforcer, MG_KEY, "/home/wso2/security/truststore/mg.pem"],
      ]);
      assert.match(answers[0] ?? "", /File does not contain valid private key: .*mg\.key/);
      assert.match(answers[1] ?? "", /IllegalArgumentException: Illegal base64 character 2d/);
    });

    it("only with an RSA key: otherwise the adapter does not start, and the enforcer cannot sign", async () => {
      const { adapter, enforcer } = (await unusable("ECDSA-P256")).unusable;
      await assert.rejects(
        startAdapters({ adapter }),
        /panic: interface conversion: interface \{\} is \*ecdsa\.PrivateKey, not \*rsa\.PrivateKey/,
      );
      const answers = await askEnforcers([
        ["start", enforcer],
        ["tokens", enforcer, MG_KEY, "/home/wso2/security/truststore/mg.pem"],
      ]);
      assert.equal(answers[0], "started");
      assert.match(answers[1] ?? "", /InvalidKeySpecException/);
    });

    it("with generations with different names, because the enforcer's file contains only a chain", async () => {
      const other = await cases.authorities.ca("another");
      const { before } = cases.materials;
      const different = { ...before, bundle: before.bundle + other.certificatePem };
      const { mixed, together } = await made({
        mixed: different,
        together: { ...different, fileOf: (_, leaf, bundle) => chainOf(leaf, bundle) },
      });
      const answers = await askEnforcers([
        ["start", mixed.enforcer],
        ["start", together.enforcer],
      ]);
      assert.equal(answers[0], "started");
      assert.match(answers[1] ?? "", /KeyStoreException: Certificate chain is not valid/);
    });

    const made = <Name extends string>(materials: Readonly<Record<Name, Material>>) =>
      containersOf(helm, bareGateway(cases.apiManager), materials, folder);
    const unusable = (key: keyof PartCases["keys"]) =>
      made({ unusable: { ...cases.materials.before, leaves: cases.keys[key] } });
  });

  tokenFacts(() => ({ helm, folder, cases, containers }));
  endpointFacts(() => ({ helm, folder, cases, compose: containers.compose }));
});

/** Returns the CN, which follows the five bytes before a gRPC message, or the reason for a failure. */
function told(answer: Answer | undefined): string {
  assert.ok(answer);
  return answer.details === "via_upstream" ? answer.body.slice(5) : answer.failure;
}
