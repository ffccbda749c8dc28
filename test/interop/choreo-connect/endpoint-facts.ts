import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { apiFiles, backendFiles } from "../../../components/choreo-connect/gateway-files";
import {
  backendOf,
  type BackendSettings,
  type Gateway,
} from "../../../components/choreo-connect/gateway";
import { RECOMMENDED, cipherNames } from "../../../components/choreo-connect/upstream-tls";
import type { Helm } from "../../integration/charts/helm";
import type { Issued } from "../java/issue";
import { STORE_PASSWORD } from "../java/stores";
import { need } from "../need";
import { stopServers, type Server } from "../process";
import { startGo, startJava, type BackendTls } from "./backends";
import { inCluster, placed, put, type Container, type Containers } from "./containers";
import { requestEach, validate, type Answer } from "./envoy";
import { routerConfigOf, type Cluster } from "./envoy-config";
import { bareGateway, type PartCases } from "./part-cases";
import { configure } from "./stand-ins";

/** Input of the tests of endpoints. */
export interface EndpointSetting {
  readonly helm: Helm;
  readonly folder: string;
  readonly cases: PartCases;
  readonly compose: Containers;
}

type Name = "payments" | "stock";
type Ports = Readonly<Record<Name, number>>;

const API = "Shop-1.0.0";
const SETTINGS = {
  payments: ({ payments }: Ports): BackendSettings => ({
    endpoints: [`https://localhost:${payments}/v1`],
    certificate: { kind: "issued", algorithm: "ECDSA-P256", form: "pem" },
    routerTrust: { forms: ["pem"], publicCas: {} },
  }),
  stock: ({ stock }: Ports): BackendSettings => ({
    endpoints: [`https://127.0.0.1:${stock}/v1`],
    certificate: { kind: "issued", algorithm: "ECDSA-P256", form: "pkcs12" },
    routerTrust: { forms: ["pkcs12"], publicCas: {} },
  }),
} satisfies Record<Name, (ports: Ports) => BackendSettings>;

/** Tests what the adapter, Envoy and the backends do with the files that a stack provides for them. */
export function endpointFacts(setting: () => EndpointSetting): void {
  describe("with backends", () => {
    let servers: Readonly<Record<Name, Server>>;
    let containers: Containers;

    before(async () => {
      const { g1 } = setting().cases;
      servers = { payments: await start("payments", g1), stock: await start("stock", g1) };
      containers = await laidOut(gatewayOf(portsOf(servers)));
    });
    after(stopServers);

    /** Starts a backend with the files for a certificate of this generation. */
    async function start(name: Name, ca: Issued): Promise<Server> {
      const { cases, folder } = setting();
      // Ports are not known yet, but no file of a backend contains them.
      const backend = backendOf(name, SETTINGS[name]({ payments: 1, stock: 1 }));
      const names = [
        ...backend.dnsNames.map((each) => `DNS:${each}`),
        ...backend.ipAddresses.map((each) => `IP:${each}`),
      ];
      const own = await cases.authorities.server(name, ca, names);
      const files = backendFiles(backend, RECOMMENDED, {
        certificate: own.certificatePem,
        key: own.privateKeyPem,
        password: STORE_PASSWORD,
        bundle: cases.materials.prepared.bundle,
      });
      const root = mkdtempSync(join(folder, "backend-"));
      for (const { path, content } of files) put(root, path, content);
      const file = (each: string) => join(root, "backends", name, each);
      const tls = parse(readFileSync(file("tls.yaml"), "utf8")) as ExportedTls;
      if (name === "stock") {
        const stores = { keys: file("keystore.p12"), trust: file("truststore.p12") };
        return startJava({ type: "PKCS12", ...stores }, { ...tls, ciphers: tls.ciphers.java });
      }
      const pem = { certificate: file("tls.crt"), key: file("tls.key"), clients: file("ca.crt") };
      return startGo(pem, { ...tls, ciphers: tls.ciphers.go });
    }

    function gatewayOf(ports: Ports, changes: Partial<BackendSettings> = {}): Gateway {
      const backend = (name: Name) => backendOf(name, { ...SETTINGS[name](ports), ...changes });
      return {
        ...bareGateway(setting().cases.apiManager),
        backends: [backend("payments"), backend("stock")],
        apis: { [API]: ["payments", "stock"] },
      };
    }

    async function laidOut(
      gateway: Gateway,
      bundle = setting().cases.materials.prepared.bundle,
    ): Promise<Containers> {
      const { cases, helm, folder } = setting();
      const material = cases.materials.prepared;
      const made = await inCluster(helm, gateway, material, mkdtempSync(join(folder, "gateway-")));
      deploy(made.adapter, gateway, bundle);
      return made;
    }

    /** Calls an endpoint with the configuration that the adapter creates for an API with it. */
    async function callEndpoint(
      url: string,
      { adapter, router } = containers,
    ): Promise<Answer & { readonly cluster: Cluster }> {
      put(adapter.root, `/home/wso2/artifacts/apis/${API}/api.yaml`, apiYaml([url]));
      const { cluster, problems } = need((await configure(adapter))[API], API);
      assert.deepEqual(problems, []);
      const ready = placed(cluster, router);
      assert.equal(await validate(routerConfigOf([ready])), "OK");
      const answers = await requestEach(setting().folder, [ready]);
      return { ...need(answers.get(API), "answer"), cluster };
    }

    const urlOf = (name: Name, server = servers[name]) =>
      SETTINGS[name](portsOf({ ...servers, [name]: server })).endpoints[0] ?? "";

    for (const name of ["payments", "stock"] as const)
      it(`call ${name}, which trusts the router with its files`, async () => {
        const { cluster, ...answer } = await callEndpoint(urlOf(name));
        accepted(answer);
        assert.equal(answer.version, "TLSv1.3");
        const { tls_params, validation_context } = tlsOf(cluster);
        assert.deepEqual(tls_params, {
          tls_minimum_protocol_version: "TLSv1_2",
          tls_maximum_protocol_version: "TLSv1_3",
          cipher_suites: cipherNames(RECOMMENDED, "openssl"),
        });
        const { bundle } = setting().cases.materials.prepared;
        assert.equal(validation_context.trusted_ca.inline_bytes, base64(bundle));
      });

    it("refuse one whose URL differs by one character from the stack's", async () => {
      for (const different of [`${urlOf("payments")}/`, urlOf("payments").replace(/v1$/, "v2")]) {
        const { cluster, ...answer } = await callEndpoint(different);
        assert.deepEqual(tlsOf(cluster).validation_context.trusted_ca, {
          filename: "/etc/ssl/certs/ca-certificates.crt",
        });
        assert.match(refused(answer), /CERTIFICATE_VERIFY_FAILED/);
        await servers.payments.hasSaid(/remote error: tls: unknown certificate authority/);
      }
    });

    it("call one with a new certificate, of either generation", async () => {
      const { g1, g2 } = setting().cases;
      for (const ca of [g1, g2]) {
        const renewed = await start("payments", ca);
        const url = urlOf("payments", renewed);
        accepted(await callEndpoint(url, await laidOut(gatewayWith(renewed))));
        await renewed.stop();
      }
    });

    it("refuse one with a certificate of a generation that was added after the API was deployed", async () => {
      const { g2, materials } = setting().cases;
      const renewed = await start("payments", g2);
      const old = await laidOut(gatewayWith(renewed), materials.before.bundle);
      const answer = await callEndpoint(urlOf("payments", renewed), old);
      assert.match(refused(answer), /CERTIFICATE_VERIFY_FAILED/);
    });

    it("call globally trusted ones with the router's bundle", async () => {
      const gateway = gatewayOf(portsOf(servers), { trust: "global" });
      const global = await laidOut(gateway);
      for (const name of ["payments", "stock"] as const) {
        const { cluster, ...answer } = await callEndpoint(urlOf(name), global);
        assert.deepEqual(tlsOf(cluster).validation_context.trusted_ca, {
          filename: "/etc/ssl/certs/ca-certificates.crt",
        });
        accepted(answer);
      }
    });

    it("call them with a certificate that is not assigned to an endpoint, which Countersign never writes", async () => {
      const { bundle } = setting().cases.materials.prepared;
      const other = await laidOut(gatewayOf(portsOf(servers)));
      put(
        other.adapter.root,
        `/home/wso2/artifacts/apis/${API}/Endpoint-certificates/unnamed.pem`,
        bundle,
      );
      const { cluster, ...answer } = await callEndpoint(`${urlOf("payments")}/`, other);
      accepted(answer);
      assert.equal(
        tlsOf(cluster).validation_context.trusted_ca.inline_bytes,
        base64(`${bundle}\n`),
      );
    });

    it("use the exported TLS settings with docker-compose", async () => {
      const { adapter } = setting().compose;
      const gateway = gatewayOf(portsOf(servers));
      deploy(adapter, gateway, setting().cases.materials.before.bundle);
      accepted(await callEndpoint(urlOf("payments"), setting().compose));
      const { cluster } = await callEndpoint(urlOf("stock"), setting().compose);
      assert.deepEqual(
        tlsOf(cluster).tls_params.cipher_suites,
        cipherNames(RECOMMENDED, "openssl"),
      );
    });

    it("call all endpoints of a backend", async () => {
      const ports = portsOf(servers);
      const endpoints = [urlOf("payments"), `${urlOf("payments")}/sandbox`];
      const gateway = gatewayOf(ports);
      const payments = backendOf("payments", { ...SETTINGS.payments(ports), endpoints });
      const several = await laidOut({
        ...gateway,
        backends: [payments],
        apis: { [API]: ["payments"] },
      });
      for (const endpoint of endpoints) accepted(await callEndpoint(endpoint, several));
    });

    const gatewayWith = (payments: Server) => gatewayOf(portsOf({ ...servers, payments }));
  });
}

interface ExportedTls extends Omit<BackendTls, "ciphers"> {
  readonly ciphers: Readonly<Record<"openssl" | "java" | "go", string[]>>;
}

/** Puts the endpoint certificates into an API project, and the project into the adapter's folder. */
function deploy({ root }: Container, gateway: Gateway, bundle: string): void {
  put(root, `/home/wso2/artifacts/apis/${API}/api.yaml`, apiYaml([]));
  for (const { path, content } of apiFiles(gateway, bundle))
    put(root, `/home/wso2/artifacts/${path}`, content);
}

function apiYaml(endpoints: readonly string[]): string {
  const production = endpoints.map((url) => ({ url }));
  return stringify({
    type: "api",
    version: "v4.2.0",
    data: {
      name: "Shop",
      version: "1.0.0",
      endpointConfig: { endpoint_type: "http", production_endpoints: production },
    },
  });
}

function portsOf(servers: Readonly<Record<Name, Server>>): Ports {
  const port = ({ address }: Server) => Number(/:(\d+)$/.exec(address)?.[1]);
  return { payments: port(servers.payments), stock: port(servers.stock) };
}

interface TlsContext {
  readonly tls_params: { readonly cipher_suites: readonly string[] };
  readonly validation_context: {
    readonly trusted_ca: { readonly filename?: string; readonly inline_bytes?: string };
  };
}

function tlsOf(cluster: Cluster): TlsContext {
  const [match] = cluster.transport_socket_matches as {
    transport_socket: { typed_config: { common_tls_context: TlsContext } };
  }[];
  return need(match, "transport socket").transport_socket.typed_config.common_tls_context;
}

function accepted({ status, body, details }: Answer): void {
  assert.deepEqual(
    { status, body, details },
    { status: 200, body: "router", details: "via_upstream" },
  );
}

function refused({ status, flags, failure }: Answer): string {
  assert.deepEqual({ status, flags }, { status: 503, flags: "UF" });
  return failure;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
