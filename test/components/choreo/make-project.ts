import { AUTHORITY } from "../run-stack";

/** The URL that Choreo's console shows. */
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
            calls: { "greeter-server": "GREETER_SERVER_URL" },
          },
          ...image("greeter-client"),
        },
      },
    },
  };
}

/** URLs of all servers of {@link shop}, as the console shows them. */
export const SHOP_URLS: Readonly<Record<string, string>> = {
  orders: "http://orders-1:8443",
  stock: "http://stock-2:9443/api",
  mail: "http://mail-3:8443",
};

/** A component that is called by one component, and calls two others. One of these has TLS only and no files. */
export function shop(
  urls: Readonly<Record<string, string>> = SHOP_URLS,
  target: object = CONSOLE,
  authority: object = AUTHORITY,
) {
  const image = (name: string) => ("openchoreo" in target ? { image: `${name}:1` } : {});
  const server = (name: string, more: object = {}) => ({
    server: { ...(urls[name] !== undefined && { projectUrl: urls[name] }), ...more },
    ...image(name),
  });
  return {
    authority,
    choreo: {
      project: "shop",
      target,
      components: {
        orders: {
          ...server("orders"),
          client: { identity: "orders-service", calls: { stock: "STOCK_URL", mail: "MAIL_URL" } },
        },
        stock: server("stock"),
        mail: { ...server("mail", { clients: "tls" }), delivery: "environment" },
        web: { client: { identity: "web", calls: { orders: "ORDERS_URL" } }, ...image("web") },
      },
    },
  };
}
