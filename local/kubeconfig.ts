import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { writePrivate } from "./files";
import type { PairFiles } from "./authority";

/** Writes a self-contained kubeconfig, which can be copied elsewhere. */
export function writeKubeconfig(file: string, server: string, ca: string, user: PairFiles): void {
  const name = "countersign-local";
  const embedded = (path: string): string => readFileSync(path).toString("base64");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, "certificate-authority-data": embedded(ca) } }],
    users: [
      {
        name,
        user: {
          "client-certificate-data": embedded(user.certificate),
          "client-key-data": embedded(user.key),
        },
      },
    ],
  };
  // Folded lines would be valid too, but are hard to copy by hand.
  writePrivate(file, stringify(kubeconfig, { lineWidth: 0 }));
}
