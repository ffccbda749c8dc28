import { REPAIR, type Checklist } from "../../../verify/check";
import type { PodFile } from "../../../verify/cluster/pods";
import {
  checkIssued,
  checkKeyIds,
  checkLeaf,
  keyFormProblems,
  pairOfFiles,
  type KeyPair,
} from "../../../verify/leaf-checks";
import { checkKeyStores, pairInStore, type StoreShelf } from "../../../verify/stores";
import type { Certificate, Purpose } from "../../../x509";
import type { ServiceOutputs } from "../outputs";
import { judgeFiles, storeIn, type ObjectFiles } from "./service-view";

/** A service's own certificate and key, as it reads them. */
export interface OwnPair {
  readonly pair: KeyPair;
  readonly leaf: Certificate;
}

/**
 * Checks the certificate and the key of a service.
 *
 * @returns undefined if no TLS can be spoken with them.
 */
export function checkPair(
  service: ServiceOutputs,
  object: ObjectFiles,
  list: Checklist,
  { shelf, at }: { readonly shelf: StoreShelf; readonly at: Date },
): OwnPair | undefined {
  const { name, cas, commonName = name, clients, presents } = service;
  const pair = readPair(service, object, list, shelf);
  if (pair === undefined) return undefined;
  const purposes: Purpose[] = [
    ...(clients === undefined ? [] : (["serverAuth"] as const)),
    ...(presents ? (["clientAuth"] as const) : []),
  ];
  const leaf = checkLeaf(list, {
    what: "its certificate",
    certificatePem: pair.certificate,
    keyPem: pair.key,
    origin: pair.origin,
    roots: cas,
    purposes,
    at,
  });
  if (leaf === undefined) return undefined;
  checkIssued(list, { leaf, origin: pair.origin, issued: service.issued, todo: REPAIR.objects });
  checkKeyIds(list, leaf, cas, at);
  const named = leaf.subject.attributes.filter((attribute) => attribute.name === "CN");
  const isNamed = named.length === 1 && named[0]?.value === commonName;
  list.judge(
    "identity",
    isNamed
      ? []
      : [`the name (CN) in its certificate, ${leaf.subject.text}, is not ${commonName}.`],
    `its certificate names it ${commonName}`,
    REPAIR.objects,
  );
  return list.holds("key") ? { pair, leaf } : undefined;
}

/** Reads the pair in the form in which the service has it, and checks the form. */
function readPair(
  { files: { keys } }: ServiceOutputs,
  object: ObjectFiles,
  list: Checklist,
  shelf: StoreShelf,
): KeyPair | undefined {
  const { form, names, encoding } = keys;
  if (form === "pkcs12" || form === "jks") {
    const store = storeIn(object, names, list, shelf);
    if (store === undefined) return undefined;
    checkKeyStores(list, [store]);
    return pairInStore(store);
  }
  const { certificate: own = "", key: ofOwn = "", combined = "" } = names;
  const wanted = form === "combined" ? [combined] : [own, ofOwn];
  const [first, second] = judgeFiles(list, object, wanted) ?? [];
  const [certificate, key] = first && form === "combined" ? partsOf(first) : [first, second];
  if (certificate === undefined || key === undefined) return undefined;
  const pair = pairOfFiles(certificate, key);
  list.judge(
    "key-form",
    keyFormProblems(pair, encoding, "the stack writes"),
    `its key is in ${encoding.toUpperCase().replace("PKCS", "PKCS#")}`,
    REPAIR.objects,
  );
  return pair;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?(?:-----END CERTIFICATE-----\n?|$)/g;

/** Splits a file with certificates and a key. */
function partsOf({ content, origin }: PodFile): [PodFile, PodFile] {
  const text = content.toString("utf8");
  const part = (pem: string): PodFile => ({ content: Buffer.from(pem), origin });
  const certificates = text.match(CERTIFICATE)?.join("") ?? "";
  return [part(certificates), part(text.replace(CERTIFICATE, ""))];
}
