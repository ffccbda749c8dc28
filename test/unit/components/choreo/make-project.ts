import { AUTHORITY } from "../stack";

/** As Choreo's console shows it. */
export const PROJECT_URL = "http://greeter-server-3781140846:8443/greeter";

export const CONSOLE = { console: {} };
export const OPENCHOREO = { openchoreo: { namespace: "greeter", createNamespace: true } };

/** WSO2's sample: a server and a client of it. */
export function greeter(server: object = {}, target: object = CONSOLE) {
  const image = (name: string) => ("openchoreo" in target ? { image: `${name}:1` } : {});
  return {
    authority: AUTHORITY,
    choreo: {
      project: "greeter",
      target,
      components: {
        "greeter-server": {
          server: { dnsNames: ["localhost"], ...server },
          ...image("greeter-server"),
        },
        "greeter-client": {
          client: {
            identity: "greeter",
            calls: "greeter-server",
            urlVariable: "GREETER_SERVER_URL",
          },
          ...image("greeter-client"),
        },
      },
    },
  };
}
