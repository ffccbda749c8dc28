import { FILES } from "../../../components/spinnaker/profiles";
import type { Language } from "../../../components/spinnaker/service-table";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { pairOfFiles, type KeyPair } from "../../../verify/key-pair";
import { checkKeyStores, pairInStore } from "../../../verify/store-checks";
import type { StoreShelf } from "../../../verify/stores";
import { REPAIR } from "../../../verify/todo";

/** Reads the key pair of a service that does not use it yet, from its Secret. */
export async function preparedPair(
  cluster: Cluster,
  { namespace, name, language }: { namespace: string; name: string; language: Language },
  shelf: StoreShelf,
  list: Checklist,
): Promise<KeyPair | undefined> {
  const origin = `Secret ${namespace}/${name}`;
  const secret = await cluster.secret(namespace, name);
  if (secret === undefined) {
    const message = `${origin}, which its server needs in the next phase, does not exist.`;
    list.fail("mounted-objects", message, REPAIR.objects);
    return undefined;
  }
  const content = (key: string) => Buffer.from(secret.data?.[key] ?? "", "base64");
  if (language === "go") {
    const [certificate, key] = [content(FILES.certificate), content(FILES.key)];
    return pairOfFiles({ content: certificate, origin }, { content: key, origin });
  }
  const password = content(FILES.password).toString("utf8");
  const store = { origin, opened: shelf.open(content(FILES.keyStore), password) };
  checkKeyStores(list, [store]);
  return pairInStore(store);
}
