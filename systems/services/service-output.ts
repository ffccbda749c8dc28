import type { FilesChoice } from "../../components/services/files";
import type { ServiceOutput } from "./outputs";
import type { ServiceSettings } from "./settings";

/** Returns the public output of a service. */
export function serviceOutput(
  { name, server, files, ...own }: ServiceSettings,
  objects: { readonly keys: string; readonly ca: string; readonly digest: string },
): ServiceOutput {
  const called = Object.entries(own.calls);
  const elsewhere = called.filter(([, { elsewhere: is }]) => is).map(([callee]) => callee);
  const otherCas = Object.values(own.trust ?? {}).join("");
  const form = formOutput(files);
  return {
    namespace: own.namespace,
    ...(own.commonName !== name && { commonName: own.commonName }),
    ...(own.host !== undefined && { host: own.host }),
    ...(server?.port !== undefined && { port: server.port }),
    ...(server && { clients: server.clients }),
    ...(own.role !== "server" && { presents: true }),
    ...(called.length > 0 && { calls: own.dialled }),
    ...(elsewhere.length > 0 && { elsewhere }),
    ...objects,
    ...(Object.keys(form).length > 0 && { files: form }),
    ...(otherCas !== "" && { otherCas }),
    ...(own.restarts.length > 0 && { restarts: [...own.restarts] }),
    ...(own.reloads && { reloads: true }),
  };
}

function formOutput({ form, encoding, names: fileNames, ca = {} }: FilesChoice) {
  const cas = {
    ...(ca.form !== undefined && ca.form !== "bundle" && { form: ca.form }),
    ...(ca.object !== undefined && { object: ca.object }),
    ...(ca.names && { names: ca.names }),
  };
  return {
    ...(form !== undefined && form !== "pem" && { form }),
    ...(encoding !== undefined && { encoding }),
    ...(fileNames && { names: fileNames }),
    ...(Object.keys(cas).length > 0 && { ca: cas }),
  };
}
