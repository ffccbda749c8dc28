import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../components/pki";
import { Orchestrator, type OrchestratorArgs } from "../../../components/substra";
import { runProgram, type EngineOptions } from "../mock-engine";
import { signedRequest } from "../pki/signed-request";
import { isKnown } from "../value-of";
import { reveal } from "../wire";
import { CHANNELS, NEW_CA, makeAuthority, orchestratorArgs } from "./parts";

interface Release {
  readonly values: {
    readonly orchestrator: { readonly tls: Record<string, unknown> };
    readonly podAnnotations: Record<string, string>;
    readonly ingress: Record<string, unknown>;
    readonly service?: unknown;
    readonly postgresql: Record<string, unknown>;
  };
}

/** Values are known at preview, so nothing must be issued for them. */
const PREVIEW: EngineOptions = { preview: true };

/** Inputs that other arguments would deploy. Arguments that need the program's resources are created inside it. */
async function deploy(
  change: (args: OrchestratorArgs) => Partial<OrchestratorArgs>,
  options: EngineOptions = PREVIEW,
) {
  const run = await runProgram(() => {
    const args = orchestratorArgs();
    return new Orchestrator("orchestrator", { ...args, ...change(args) });
  }, options);
  const releases = run.resources.filter(({ type }) => type.endsWith("Release"));
  return { ...run, release: reveal(releases[0]?.inputs) as Release };
}

describe("Orchestrator, otherwise", () => {
  it("has no ingress without a host name, and no such host in the certificate", async () => {
    const { release, ...run } = await deploy(
      () => ({ hostname: undefined, dnsNames: [], ingressClassName: "nginx" }),
      {},
    );
    assert.deepEqual(release.values.ingress, {
      enabled: false,
      hostname: "",
      ingressClassName: "nginx",
    });
    const { dnsNames } = signedRequest(run, "orchestrator-certificate");
    assert.deepEqual(dnsNames, [
      "orchestrator-server",
      "orchestrator-server.consortium",
      "orchestrator-server.consortium.svc",
      "orchestrator-server.consortium.svc.cluster.local",
    ]);
  });

  it("requests IP addresses as such, and nothing beyond its grant", async () => {
    const ipAddresses = ["10.20.30.40", "2001:db8::7"];
    const run = await deploy(() => ({ ipAddresses }), {});
    assert.deepEqual(run.errors, []);
    const request = signedRequest(run, "orchestrator-certificate");
    assert.deepEqual(request.ipAddresses, ipAddresses);
    assert.ok(!request.dnsNames.some((name) => ipAddresses.includes(name)));
  });

  it("publishes CAs as ConfigMaps for charts before 8.6.0", async () => {
    const chart = { repository: "https://charts.example", name: "orchestrator" };
    const kinds = async (version: string) => {
      const { resources } = await deploy(() => ({ chart: { ...chart, version } }));
      return resources
        .filter(({ name }) => /-ca-(bundle|g\d)$/.test(name))
        .map(({ type, name }) => `${type} ${name}`)
        .sort();
    };
    assert.deepEqual(await kinds("8.5.0"), [
      "kubernetes:core/v1:ConfigMap orchestrator-ca-bundle",
      "kubernetes:core/v1:ConfigMap orchestrator-client-ca-g1",
      "kubernetes:core/v1:ConfigMap orchestrator-client-ca-g2",
    ]);
    assert.deepEqual(await kinds("8.6.0"), [
      "kubernetes:core/v1:Secret orchestrator-ca-bundle",
      "kubernetes:core/v1:Secret orchestrator-client-ca-g1",
      "kubernetes:core/v1:Secret orchestrator-client-ca-g2",
    ]);
  });

  it("has no two children with one name, whatever the name of a generation", async () => {
    const { resources, errors } = await deploy(() => ({
      authority: makeAuthority({ bundle: { kind: "existing", state: "signing", ...NEW_CA } }),
    }));
    assert.deepEqual(errors, []);
    const urns = resources.map(({ urn }) => urn).filter((urn) => !urn.includes("Authority"));
    assert.equal(new Set(urns).size, urns.length);
  });

  it("rolls its pods when the channels change, and only then", async () => {
    const annotations = async (change: Partial<OrchestratorArgs>) =>
      (await deploy(() => change)).release.values.podAnnotations;
    const before = await annotations({});
    assert.deepEqual(await annotations({ timeout: 999, values: { replicaCount: 2 } }), before);
    const { first, second } = CHANNELS;
    for (const channels of [
      { first, second: { organizations: [...second.organizations, "MyOrg3MSP"] } },
      { first: { organizations: first.organizations.slice(1) }, second },
      { first, renamed: second },
      { first },
    ]) {
      const after = await annotations({ channels });
      assert.notDeepEqual(after, before);
      assert.deepEqual(Object.keys(after), ["countersign/channels"]);
    }
  });

  it("merges overrides over its values", async () => {
    const { release } = await deploy(() => ({
      values: {
        postgresql: { image: { repository: "mirror.example/postgresql" } },
        podAnnotations: { team: "consortium" },
        service: { port: 9000 },
      },
    }));
    assert.deepEqual(release.values.postgresql.image, { repository: "mirror.example/postgresql" });
    assert.deepEqual(release.values.postgresql.auth, {
      database: "orchestrator",
      username: "substra",
      existingSecret: "orchestrator-database-0a1b2c3d",
    });
    assert.deepEqual(Object.keys(release.values.podAnnotations).sort(), [
      "countersign/channels",
      "team",
    ]);
    assert.deepEqual(release.values.service, { port: 9000 });
  });

  it("refuses overrides that would disable mutual TLS, also from a program without configuration", async () => {
    const { errors } = await deploy(() => ({
      values: { orchestrator: { verifyClientMSPID: false, tls: { mtls: { enabled: {} } } } },
    }));
    assert.deepEqual(errors, [
      'release "orchestrator": value orchestrator.verifyClientMSPID may not be overridden: without it, any trusted certificate could act for any organization; value orchestrator.tls.mtls.enabled may not be overridden: mutual TLS must not be disabled',
    ]);
  });

  it("shows at preview every value that will change, though no certificate is known yet", async () => {
    const { release, errors, value } = await deploy(() => ({
      authority: new CertificateAuthority("new-ca", {
        subject: { commonName: "New CA" },
        generations: {
          g1: { kind: "created", state: "signing", algorithm: "ECDSA-P256", validityHours: 9999 },
        },
      }),
    }));
    assert.ok(value);
    assert.deepEqual(errors, []);
    const clientCas = ["orchestrator-client-ca-g1-0a1b2c3d"];
    assert.deepEqual(release.values.orchestrator.tls, {
      enabled: true,
      cacert: "orchestrator-ca-bundle-0a1b2c3d",
      secrets: { pair: "orchestrator-server-pair-0a1b2c3d" },
      mtls: { enabled: true, clientCACerts: { MyOrg1MSP: clientCas, MyOrg2MSP: clientCas } },
    });
    assert.equal(await isKnown(value.certificate), false);
    assert.equal(await isKnown(value.release), false);
  });
});
