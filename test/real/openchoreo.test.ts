import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import gte from "semver/functions/gte";
import { parse } from "yaml";
import { OLDEST_OPENCHOREO, PUSH_SECRETS } from "../../components/choreo/openchoreo";
import { list } from "../integration/api";
import { GROUP, pushSecretCrd } from "../integration/choreo/crd";
import { ExternalSecrets } from "../integration/choreo/external-secrets";
import { release } from "../integration/choreo/releases";
import { installCrd, kubectl } from "../integration/kubectl";
import { countersign } from "../integration/people";
import { TestStack, type Sections } from "../integration/stack";
import { nearlyExpire } from "../integration/time";
import { realDefinitions, realSystems } from "./definitions";

const EXAMPLE = resolve(__dirname, "..", "..", "examples", "choreo");
const NAMESPACE = "shop";
const COMPONENTS = ["mail", "orders", "stock", "web"];
/** Kinds of the deployed objects, and of the objects that are read back. */
const KINDS = ["workloads", "secretreferences", "componentreleases", "releasebindings"];

/** The example's stack for OpenChoreo. */
function example(): Sections {
  const text = readFileSync(join(EXAMPLE, "Pulumi.openchoreo.yaml"), "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const sections = Object.entries(config).map(([key, value]) => [key.replace(/^\w+:/, ""), value]);
  return Object.fromEntries(sections) as Sections;
}

for (const version of realSystems("openchoreo-")) {
  const isSupported = gte(version, `${OLDEST_OPENCHOREO}.0`);

  describe(`the definitions of OpenChoreo ${version}`, function () {
    this.timeout(600_000);
    const installed: string[] = [];
    let stack: TestStack;
    let external: ExternalSecrets;

    before(async () => {
      const definitions = realDefinitions(`openchoreo-${version}`);
      for (const kind of KINDS) {
        const text = definitions.get(`${kind}.${GROUP}`);
        assert.ok(text, kind);
        installed.push(await installCrd(text));
      }
      installed.push(await installCrd(pushSecretCrd()));
      external = new ExternalSecrets(NAMESPACE);
      const name = `openchoreo-${version.replaceAll(".", "-")}`;
      stack = await TestStack.create(name, example());
      copyFileSync(join(EXAMPLE, "web.yml"), join(stack.directory, "web.yml"));
    });

    after(async () => {
      await stack.destroy();
      await external.stop();
      // The next version must find neither objects of this one nor its schema.
      await kubectl(["delete", "crd", ...installed]);
    });

    if (!isSupported) {
      it("refuse Countersign's Workloads, whose fields have other names, and drop no field", async () => {
        assert.match(
          await stack.refusal(),
          /valueFrom\.secretKeyRef: field not declared in schema/,
        );
      });
      return;
    }

    const verify = () =>
      countersign(
        { folder: stack.directory, environment: stack.environment },
        ...["verify", "--stack", stack.name],
      );

    it("accept the example as it is, and drop no field", async () => {
      await stack.up();
      await stack.assertSettled();
      const path = `/apis/${GROUP}/v1alpha1/namespaces/${NAMESPACE}/workloads`;
      const workloads = await list<Workload>(path);
      const found = Object.fromEntries(
        workloads.map(({ metadata, spec: { container } }) => [metadata.name, shapeOf(container)]),
      );
      assert.deepEqual(Object.keys(found).sort(), COMPONENTS);
      assert.deepEqual(found.mail, [...["TLS_CERT value", "TLS_KEY secretKeyRef"]]);
      assert.deepEqual(found.web, [
        ...["LOG_LEVEL value", "CERT_FILE_PATH value", "KEY_FILE_PATH value"],
        ...["CA_CERT_FILE_PATH value", "ORDERS_URL value"],
        ...["client.crt value", "client.key secretKeyRef", "ca.crt value"],
      ]);
    });

    it("let countersign verify read everything that it checks", async () => {
      await release(NAMESPACE, "development", ...COMPONENTS);
      const text = await verify();
      assert.match(text, /√ accepted: orders as orders gets in/);
      assert.match(text, /checks: all hold\.\n$/);
    });

    it("accept a renewal in one up, which an environment gets with its next release", async () => {
      await nearlyExpire(stack, "choreo-orders-certificate");
      assert.deepEqual((await stack.up()).changes, [
        "replace LocallySignedCert choreo-orders-certificate",
        "update Workload choreo-orders-workload",
      ]);
      assert.match(await verify(), /! roll-out: Environment development runs release orders-1,/);
      await release(NAMESPACE, "development", "orders");
      assert.match(await verify(), /checks: all hold\.\n$/);
    });

    it("leave nothing behind", async () => {
      await stack.destroy();
      for (const [group, kind] of [
        [`${GROUP}/v1alpha1`, "workloads"],
        [`${GROUP}/v1alpha1`, "secretreferences"],
        ["external-secrets.io/v1alpha1", PUSH_SECRETS],
      ]) {
        assert.deepEqual(await list(`/apis/${group}/namespaces/${NAMESPACE}/${kind}`), []);
      }
    });
  });
}

interface Entry {
  readonly key: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

interface Workload {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly container: { readonly env?: readonly Entry[]; readonly files?: readonly Entry[] };
  };
}

/** Returns the variables and files of a container, and how each gets its content. */
function shapeOf({ env = [], files = [] }: Workload["spec"]["container"]): string[] {
  return [...env, ...files].map(
    ({ key, valueFrom }) => `${key} ${Object.keys(valueFrom ?? { value: "" }).join()}`,
  );
}
