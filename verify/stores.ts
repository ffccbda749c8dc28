import { createSecureContext } from "node:tls";
import { Pkcs12Error, readPkcs12, type Pkcs12Content } from "../x509";
import { messageOf } from "../command/failure";

/** A store that was opened with its password, or the reason why it cannot be, as the end of a sentence. */
export type Opened =
  | { readonly content: Pkcs12Content; readonly problem: undefined }
  | { readonly content: undefined; readonly problem: string };

/** Opener of stores. It opens each only once, however many services share it, because deriving the keys is slow. */
export class StoreShelf {
  private readonly opened = new Map<string, Opened>();

  open(store: Buffer, password: string): Opened {
    const key = `${store.toString("base64")} ${password}`;
    const known = this.opened.get(key) ?? open(store, password);
    this.opened.set(key, known);
    return known;
  }
}

function open(store: Buffer, password: string): Opened {
  try {
    const content = readPkcs12(store, password);
    const problem = opensslProblem(store, password);
    return problem === undefined ? { content, problem } : { content: undefined, problem };
  } catch (error) {
    if (!(error instanceof Pkcs12Error)) throw error;
    return { content: undefined, problem: `cannot be opened: ${error.message}` };
  }
}

/** Opens a store with OpenSSL, too. Node rejects a store without a key, but only after OpenSSL has opened it. */
function opensslProblem(store: Buffer, password: string): string | undefined {
  try {
    createSecureContext({ pfx: store, passphrase: password });
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    if (message === "Unable to load private key from PFX data") return undefined;
    return `cannot be opened by OpenSSL: ${message}.`;
  }
}
