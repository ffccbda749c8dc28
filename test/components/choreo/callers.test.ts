import assert from "node:assert/strict";
import { facts } from "../../../facts";
import { readCertificate } from "../../../x509";
import { runStack } from "../run-stack";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import { reveal, visible } from "../wire";
import { OPENCHOREO, SHOP_URLS as URLS, shop } from "./make-project";

interface Outputs {
  readonly certificates: { readonly choreo: Readonly<Record<string, { certificate: string }>> };
  readonly choreo: {
    readonly components: Readonly<Record<string, { plan: { name: string; variable?: string }[] }>>;
  };
  readonly waiting?: Readonly<Record<string, string>>;
}

const outputsOf = (run: Run<unknown>) =>
  visible(run.outputs.get(find(run.resources, "countersign-test").urn)) as Outputs;

describe("a Choreo component that is called and calls others", () => {
  it("has one certificate for both, with its names and its identity", async () => {
    const run = await runStack(shop(), { cluster: false });
    assert.deepEqual(run.errors, []);
    const { certificates, choreo, waiting } = outputsOf(run);
    const { subject, dnsNames } = readCertificate(certificates.choreo.orders?.certificate ?? "");
    assert.equal(subject.text, "O=shop, CN=orders-service");
    assert.deepEqual(dnsNames, ["orders-1"]);
    const signed = find(run.resources, "choreo-orders-certificate", "LocallySignedCert");
    assert.deepEqual((signed.inputs as { allowedUses: string[] }).allowedUses, [
      "digital_signature",
      "server_auth",
      "client_auth",
    ]);
    assert.deepEqual(
      choreo.components.orders?.plan.map(({ name, variable }) => variable ?? name),
      [
        ...["server-certificate", "server-key", "server-ca-certificate"],
        ...["CERT_FILE_PATH", "KEY_FILE_PATH", "CA_CERT_FILE_PATH", "MAIL_URL", "STOCK_URL"],
      ],
    );
    assert.equal(waiting, undefined);
    const { peers = [] } = facts.parse(reveal(find(run.resources, "choreo").inputs));
    const { dials, serves, shows } = peers.find(({ party }) => party === "Choreo orders") ?? {};
    assert.deepEqual(
      { dials, serves, shows },
      { dials: ["Choreo mail", "Choreo stock"], serves: "mutual-tls", shows: undefined },
    );
  });

  it("waits, with only a key, for its own host and for those of all components that it calls", async () => {
    const run = await runStack(shop({ stock: URLS.stock ?? "" }), { cluster: false });
    assert.deepEqual(run.errors, []);
    const { certificates, waiting } = outputsOf(run);
    assert.deepEqual(Object.keys(certificates.choreo), ["stock", "web"]);
    assert.ok(find(run.resources, "choreo-orders-key", "PrivateKey"));
    assert.equal(
      waiting?.["Choreo orders"],
      "its host is known only after its first deployment: set choreo.components.orders.server.projectUrl to the project URL that Choreo's console shows then; and Choreo mail has no project URL yet",
    );
  });

  it("is not derived from a client before its own host is known", async () => {
    const sections = shop();
    const deployed = await runStack(sections, { cluster: false });
    const { web } = sections.choreo.components;
    const components = { ...sections.choreo.components, web: { ...web, server: {} } };
    const { errors } = await runStack(
      { ...sections, choreo: { ...sections.choreo, components } },
      { cluster: false, preview: true, state: deployed.state },
    );
    assert.deepEqual(errors, [
      "The configuration has a problem; nothing was changed:\n" +
        "  countersign:choreo.components.web.server.projectUrl: is missing, but web is deployed with a certificate as a client, which would be withdrawn: deploy its endpoint first, and set its URL together with server",
    ]);
  });

  it("is not removed from OpenChoreo for a new server to call, or for another project", async () => {
    const deployed = await runStack(shop(URLS, OPENCHOREO));
    assert.deepEqual(deployed.errors, []);
    const { mail: gone = "", ...others } = URLS;
    assert.ok(gone);
    const run = await runStack(shop(others, OPENCHOREO), {
      ...{ preview: true, state: deployed.state },
    });
    const renamed = shop(URLS, OPENCHOREO);
    const { errors } = await runStack(
      { ...renamed, choreo: { ...renamed.choreo, project: "store" } },
      { preview: true, state: deployed.state },
    );
    assert.match(
      errors.join(),
      /choreo\.project: is "store", but Workloads of project "shop" are deployed, and OpenChoreo/,
    );
    assert.match(
      run.errors.join(),
      /choreo\.components\.mail\.server\.projectUrl: is missing, but mail is deployed with a certificate for mail-3/,
    );
    assert.match(
      run.errors.join(),
      /choreo\.components\.orders\.client\.calls\.mail: has no project URL yet, but orders is deployed, and its Workload would be deleted: set choreo\.components\.mail\.server\.projectUrl first/,
    );
  });
});
