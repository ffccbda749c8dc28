import assert from "node:assert/strict";
import { load, problemsOf, type Sections } from "./make-config";

const SERVER = { server: { projectUrl: "http://greeter-server-3781140846:8443/greeter" } };
const CLIENT = {
  client: { identity: "greeter-client", calls: { "greeter-server": "GREETER_SERVER_URL" } },
};
const calling = (calls: object) => ({ "greeter-client": { client: { ...CLIENT.client, calls } } });

/** A valid project, with changed components or other keys. */
function project(components: object = {}, more: object = {}): Sections {
  return {
    authority: {
      subject: { commonName: "Greeter CA" },
      generations: { g1: { state: "signing" } },
    },
    choreo: {
      project: "greeter",
      target: { console: {} },
      components: { "greeter-server": SERVER, "greeter-client": CLIENT, ...components },
      ...more,
    },
  };
}

const OPENCHOREO = { target: { openchoreo: { namespace: "greeter" } } };
const withImages = {
  "greeter-server": { ...SERVER, image: "greeter-server:1" },
  "greeter-client": { ...CLIENT, image: "greeter-client:1" },
};
const withStore = (secretStore: object) => ({
  target: { openchoreo: { ...OPENCHOREO.target.openchoreo, secretStore } },
});
const server = (settings: object) => ({ "greeter-server": { server: settings } });

describe("a Choreo project", () => {
  it("has the defaults of WSO2's sample", () => {
    const { described } = load(project()).choreo ?? {};
    const places = (name: string) => described?.find((each) => each.name === name)?.places ?? {};
    assert.deepEqual(places("greeter-server"), {
      certificate: { mountPath: "/tls/server.crt", variable: "CERT_FILE_PATH" },
      key: { mountPath: "/tls/server.key", variable: "KEY_FILE_PATH" },
      ca: { mountPath: "/tls/ca.crt", variable: "CA_CERT_FILE_PATH" },
    });
    assert.deepEqual(places("greeter-client"), {
      certificate: { mountPath: "/tls/client.crt", variable: "CERT_FILE_PATH" },
      key: { mountPath: "/tls/client.key", variable: "KEY_FILE_PATH" },
      ca: { mountPath: "/tls/ca.crt", variable: "CA_CERT_FILE_PATH" },
    });
  });

  it("may have components that call each other, with the sample's paths for a server", () => {
    const both = (name: string, callee: string) => ({
      server: { projectUrl: `http://${name}-1:8443` },
      client: { identity: name, calls: { [callee]: "PEER_URL" } },
    });
    const components = { left: both("left", "right"), right: both("right", "left") };
    const { described } = load(project({}, { components })).choreo ?? {};
    const { places, client, waiting } = described?.find(({ name }) => name === "left") ?? {};
    assert.deepEqual(
      Object.values(places ?? {}).map(({ mountPath }) => mountPath),
      ["/tls/server.crt", "/tls/server.key", "/tls/ca.crt"],
    );
    assert.deepEqual(client, {
      identity: "left",
      calls: [{ callee: "right", variable: "PEER_URL", url: "https://right-1:8443" }],
      shows: true,
    });
    assert.equal(waiting, undefined);
  });

  it("has certificates for 90 days, and can be deployed to OpenChoreo if it has images", () => {
    const { certificate, target } = load(project(withImages, OPENCHOREO)).choreo ?? {};
    assert.deepEqual(certificate, { validityHours: 2160, renewBeforeHours: 720 });
    assert.deepEqual(target, {
      ...{ kind: "openchoreo", namespace: "greeter", createNamespace: false },
      secretStore: { kind: "push", name: "default" },
    });
  });

  it("accepts every way to bring keys into a secret store", () => {
    const storeOf = (secretStore: object) => {
      const { target } = load(project(withImages, withStore(secretStore))).choreo ?? {};
      return target?.kind === "openchoreo" ? target.secretStore : undefined;
    };
    assert.deepEqual(storeOf({ push: { name: "vault.prod" } }), {
      ...{ kind: "push", name: "vault.prod" },
    });
    assert.deepEqual(storeOf({ kubernetes: { namespace: "keys" } }), {
      ...{ kind: "kubernetes", namespace: "keys" },
    });
    assert.deepEqual(storeOf({ manual: {} }), { kind: "manual" });
  });

  const URL_FORM =
    "; write the project URL as Choreo's console shows it, http://<host>:<port>/<path>";
  const PATH_FORM = "; write an absolute path with a file name, for example /tls/ca.crt";
  const KEY = "choreo.components.greeter-server";
  const url = (text: string, problem: string): [string, object, string] => [
    `the project URL ${text}`,
    server({ projectUrl: text }),
    `${KEY}.server.projectUrl: "${text}" ${problem}${URL_FORM}`,
  ];
  const host = (text: string): [string, object, string] => [
    `the DNS name ${text}`,
    server({ dnsNames: [text] }),
    `${KEY}.server.dnsNames[0]: found "${text}"; write a host name in lower case, without scheme, port or wildcard`,
  ];
  const mount = (path: string, problem: string): [string, object, string] => [
    `the path ${path}`,
    { "greeter-server": { ...SERVER, mounts: { key: path } } },
    `${KEY}.mounts.key: "${path}" ${problem}${PATH_FORM}`,
  ];
  const cases: [title: string, components: object, ...problems: string[]][] = [
    url("ftp://greeter-server-1:8443/greeter", "has the scheme ftp"),
    url("greeter-server-1:8443/greeter", "is not a URL"),
    url("http://greeter-server-1/greeter", "has no port"),
    url("http://:8443/greeter", "has no host"),
    url("http://greeter-server-1:70000", "has the port 70000"),
    url("http://Greeter:8443", "has a host that is not a DNS name in lower case"),
    host("https://localhost"),
    host("localhost:8443"),
    host("*.example.org"),
    mount("tls/server.key", "is relative"),
    mount("/tls/", "has no file name"),
    mount("/tls/../server.key", "has an empty part, . or .."),
    mount("/tls/server key", "has characters other than letters, digits, ._- and /"),
    [
      "one path for two files",
      { "greeter-server": { ...SERVER, mounts: { ca: "/tls/server.crt" } } },
      `${KEY}.mounts.ca: /tls/server.crt clashes with the path of certificate, /tls/server.crt: each file needs a path of its own`,
    ],
    [
      "a file below another",
      { "greeter-server": { ...SERVER, mounts: { ca: "/tls/server.crt/ca.crt" } } },
      `${KEY}.mounts.ca: /tls/server.crt/ca.crt clashes with the path of certificate, /tls/server.crt: each file needs a path of its own`,
    ],
    [
      "one variable for two materials",
      { "greeter-server": { ...SERVER, variables: { ca: "CERT_FILE_PATH" } } },
      `${KEY}.variables.ca: CERT_FILE_PATH is already the variable of variables.certificate`,
    ],
    [
      "one variable for a material and a URL",
      calling({ "greeter-server": "KEY_FILE_PATH" }),
      "choreo.components.greeter-client.client.calls.greeter-server: KEY_FILE_PATH is already the variable of variables.key",
    ],
    [
      "one variable for the URLs of two servers",
      { ...calling({ "greeter-server": "URL", other: "URL" }), other: { server: {} } },
      "choreo.components.greeter-client.client.calls.other: URL is already the variable of client.calls.greeter-server",
    ],
    [
      "an invalid name of a variable",
      { "greeter-server": { ...SERVER, variables: { ca: "CA-PATH" } } },
      `${KEY}.variables.ca: found "CA-PATH"; write the name of a variable: letters, digits and _, not beginning with a digit`,
    ],
    [
      "paths if there are no files",
      { "greeter-server": { ...SERVER, delivery: "environment", mounts: { ca: "/tls/ca.crt" } } },
      `${KEY}.mounts: is for files, but delivery is environment, where the variables contain the content`,
    ],
    [
      "a client without an identity",
      { "greeter-client": { client: { calls: { "greeter-server": "URL" } } } },
      "choreo.components.greeter-client.client.identity: is missing; it must be a text",
    ],
    [
      "a duplicate identity",
      { "other-client": CLIENT },
      'choreo.components.other-client.client.identity: "greeter-client" is already the identity of greeter-client, and servers could not tell them apart',
    ],
    [
      "a duplicate address",
      { "other-server": SERVER },
      "choreo.components.other-server.server.projectUrl: greeter-server-3781140846:8443 is already the address of greeter-server",
    ],
    [
      "a client that calls nobody",
      calling({}),
      "choreo.components.greeter-client.client.calls: needs at least one entry: a server component that it calls, and the variable for its URL",
    ],
    [
      "a client that calls a missing component",
      calling({ greeter: "URL" }),
      "choreo.components.greeter-client.client.calls.greeter: is not a component of the project; servers that it can call are: greeter-server",
    ],
    [
      "a client that calls a client",
      {
        ...calling({ other: "URL" }),
        other: { client: { ...CLIENT.client, identity: "other" } },
      },
      "choreo.components.greeter-client.client.calls.other: is a component without a server; servers that it can call are: greeter-server",
    ],
    [
      "a component that calls itself",
      { both: { server: {}, client: { identity: "both", calls: { both: "URL" } } } },
      "choreo.components.both.client.calls.both: is the component itself; servers that it can call are: greeter-server",
    ],
    [
      "a component that is neither a server nor a client",
      { other: {} },
      "choreo.components.other: needs server if others call it, client if it calls others, or both",
    ],
    [
      "an unknown key",
      { "greeter-server": { ...SERVER, mount: {} } },
      `${KEY}.mount: is not a known key; the known keys are server, client, delivery, mounts, variables, algorithm, image, workload`,
    ],
    [
      "an invalid name of a component",
      { Greeter_Server: SERVER },
      "choreo.components.Greeter_Server: is not a name of a component: write lower-case letters, digits and inner hyphens",
    ],
    [
      "an image if Choreo builds it",
      { "greeter-server": { ...SERVER, image: "greeter:1" } },
      `${KEY}.image: is for OpenChoreo; with the console, Choreo builds and deploys it`,
    ],
  ];
  for (const [title, components, ...problems] of cases) {
    it(`refuses ${title}`, () => assert.deepEqual(problemsOf(project(components)), problems));
  }

  const wholes: [title: string, sections: Sections, ...problems: string[]][] = [
    [
      "a missing CA",
      { ...project(), authority: undefined },
      "authority: is missing: it is the root CA of the Choreo project",
    ],
    [
      "two targets",
      project({}, { target: { console: {}, ...OPENCHOREO.target } }),
      "choreo.target: needs exactly one of console and openchoreo: where the components run",
    ],
    [
      "a project without components",
      project({}, { components: {} }),
      "choreo.components: needs at least one component",
    ],
    [
      "a Workload without an image",
      project({ ...withImages, "greeter-client": CLIENT }, OPENCHOREO),
      "choreo.components.greeter-client.image: is missing: OpenChoreo's Workload needs the image that it runs, here or in a manifest under workload",
    ],
    [
      "two ways to bring keys into a secret store",
      project(withImages, withStore({ push: {}, manual: {} })),
      "choreo.target.openchoreo.secretStore: needs exactly one of push, kubernetes and manual: how keys get into the data plane's secret store",
    ],
    [
      "an invalid name of a secret store",
      project(withImages, withStore({ push: { name: "My Vault" } })),
      'choreo.target.openchoreo.secretStore.push.name: found "My Vault"; write the name of the ClusterSecretStore to which the data plane\'s secretStoreRef refers, for example default',
    ],
    [
      "files that OpenChoreo would confuse",
      project(
        {
          ...withImages,
          "greeter-server": {
            ...withImages["greeter-server"],
            mounts: { certificate: "/own/tls.crt", ca: "/cas/tls.crt" },
          },
        },
        OPENCHOREO,
      ),
      "choreo.components.greeter-server.mounts.ca: /cas/tls.crt has the same file name as certificate, /own/tls.crt, and OpenChoreo ignores the folders: give them different names",
    ],
    [
      "certificates that outlive the CA",
      project({}, { certificate: { validity: "20y" } }),
      "choreo.certificate.validity: 20y would outlive the CA: authority.generations.g1 is valid for 10y",
    ],
  ];
  for (const [title, sections, ...problems] of wholes) {
    it(`refuses ${title}`, () => assert.deepEqual(problemsOf(sections), problems));
  }
});
