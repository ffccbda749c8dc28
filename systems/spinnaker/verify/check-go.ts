import { isWithin } from "../../../verify/cluster/pods";
import type { Service } from "../../../components/spinnaker/installation";
import { reaches } from "../../../components/spinnaker/phase";
import type { Certificate } from "../../../x509";
import { REPAIR, type Checklist } from "../../../verify/check";
import { pairOfFiles, type KeyPair } from "../../../verify/leaf-checks";
import { keyFormProblems } from "../../../verify/pair-checks";
import {
  checkPublishedKeys,
  readTrustFile,
  trustFileProblems,
  type Beyond,
  type TrustFile,
} from "../../../verify/trust-checks";
import { TODO, type ServiceView, type SettingsReader, type Sides } from "./service-view";

/** Checks the files of a service in Go: PEM files for its server and for its clients. */
export function checkGo(
  list: Checklist,
  service: Service,
  view: ServiceView,
  reader: SettingsReader,
  cas: readonly Certificate[],
): Sides {
  const readPair = (certificateName: string, keyName: string) => {
    const [certificate, key] = [reader.file(certificateName), reader.file(keyName)];
    return certificate && key && pairOfFiles(certificate, key);
  };
  const server = reaches(service.phase, "tls")
    ? {
        pair: readPair("server.ssl.certFile", "server.ssl.keyFile"),
        trust: reader.file("server.ssl.cacertFile"),
      }
    : undefined;
  const client = {
    pair: readPair("http.clientCertFile", "http.clientKeyFile"),
    trust: reader.file("http.cacertFile"),
  };
  list.judge(
    "files",
    reader.faults,
    "the settings and files that it needs to start exist",
    TODO.settings,
  );
  const pairs = [server?.pair, client.pair].filter((pair) => pair !== undefined);
  checkKeyForm(list, pairs);
  const ofServer = server?.trust && readTrustFile(server.trust, CA_FILE);
  const ofClient = client.trust && readTrustFile(client.trust, CA_FILE);
  const pool = service.name === "dinghy" ? poolOf(view) : undefined;
  list.judge(
    "trust-store",
    [
      ...new Set([
        ...problemsOf(ofServer, cas, "nobody else"),
        ...problemsOf(ofClient, cas, service.trustsOthers ? "others too" : "nobody else"),
        ...problemsOf(pool, cas, "others too"),
      ]),
    ],
    `its CA files hold the stack's ${cas.length === 1 ? "CA" : `${cas.length} CAs`}`,
    TODO.trust,
  );
  checkPublishedKeys(list, ...[ofServer, ofClient, pool].filter((each) => each !== undefined));
  // The published Dinghy uses neither the CAs nor the pair in `http` (armory/dinghy da5426ab), but Go's pool of CAs.
  const known = service.clientCertificate ? ofClient : (pool ?? ofClient);
  return {
    server: server?.pair &&
      ofServer && { pair: server.pair, clientCas: ofServer.certificates.map(({ pem }) => pem) },
    client: known && {
      pair: service.clientCertificate ? client.pair : undefined,
      serverCas: known.certificates.map(({ pem }) => pem),
    },
  };
}

/** Checks what go-yaml-tools v1.0.2 (pkg/tls) needs: it knows one PEM label for keys, and sends one certificate. */
function checkKeyForm(list: Checklist, pairs: readonly KeyPair[]): void {
  const problems = pairs.flatMap((pair) => {
    const count = pair.certificate.split("-----BEGIN CERTIFICATE-----").length - 1;
    const many = `${pair.origin} has ${count} certificates for its key, and Go sends only the first.`;
    return [
      ...keyFormProblems(pair, "pkcs1", "services in Go read only"),
      ...(count === 1 ? [] : [many]),
    ];
  });
  const good = "its key is in PKCS#1, with one certificate";
  list.judge("key-form", [...new Set(problems)], good, REPAIR.objects);
}

const CA_FILE = "the CA file";

function problemsOf(
  file: TrustFile | undefined,
  cas: readonly Certificate[],
  beyond: Beyond,
): string[] {
  return file === undefined ? [] : trustFileProblems(file, cas, beyond);
}

/** CAs that SSL_CERT_DIR adds to Go's own pool (Go, crypto/x509), besides the image's public CAs. */
function poolOf({ environment, files }: ServiceView): TrustFile {
  const directories = environment.get("SSL_CERT_DIR")?.split(":") ?? [];
  const certificates = [...files]
    .filter(([path]) => directories.some((directory) => isWithin(path, directory)))
    .flatMap(([, file]) => readTrustFile(file, CA_FILE).certificates);
  const what = "SSL_CERT_DIR, where its clients find CAs,";
  return { what, certificates, unreadable: undefined };
}
