import assert from "node:assert/strict";
import { componentsOf } from "../../../components/choreo/project";
import { workloadSpec } from "../../../components/choreo/workload";

describe("OpenChoreo's Workload", () => {
  const contents = {
    project: "greeter",
    image: "greeter-server:1",
    certificate: "the certificate",
    ca: "the CAs",
    keyReference: "server-key-1a2b3c4d",
  };
  const server = { projectUrl: "http://greeter-server-1:8443/greeter" };

  it("has files, and the key from a Secret", () => {
    const [component] = componentsOf(new Map([["greeter-server", { server }]]));
    assert.ok(component);
    assert.deepEqual(workloadSpec(component, contents), {
      owner: { projectName: "greeter", componentName: "greeter-server" },
      endpoints: { https: { type: "TCP", port: 8443 } },
      container: {
        image: "greeter-server:1",
        env: [
          { key: "CERT_FILE_PATH", value: "/tls/server.crt" },
          { key: "KEY_FILE_PATH", value: "/tls/server.key" },
          { key: "CA_CERT_FILE_PATH", value: "/tls/ca.crt" },
        ],
        files: [
          { key: "server.crt", mountPath: "/tls", value: "the certificate" },
          {
            key: "server.key",
            mountPath: "/tls",
            valueFrom: { secretKeyRef: { name: "server-key-1a2b3c4d", key: "key" } },
          },
          { key: "ca.crt", mountPath: "/tls", value: "the CAs" },
        ],
      },
    });
  });

  it("has only variables if they hold the content", () => {
    const settings = { server, delivery: "environment" } as const;
    const [component] = componentsOf(new Map([["greeter-server", settings]]));
    assert.ok(component);
    assert.deepEqual(workloadSpec(component, contents).container, {
      image: "greeter-server:1",
      env: [
        { key: "TLS_CERT", value: "the certificate" },
        {
          key: "TLS_KEY",
          valueFrom: { secretKeyRef: { name: "server-key-1a2b3c4d", key: "key" } },
        },
        { key: "TLS_CA_CERT", value: "the CAs" },
      ],
    });
  });
});
