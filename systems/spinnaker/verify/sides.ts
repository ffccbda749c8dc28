import type { Service } from "../../../components/spinnaker/installation";
import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/key-pair";
import type { ServiceView } from "./service-view";

/** A service as a TLS server. */
export interface ServerSide {
  readonly pair: KeyPair;
  /** CAs whose clients it admits, once it requests client certificates. */
  readonly clientCas: readonly string[];
}

/** A service as a client of others. */
export interface ClientSide {
  /** Key pair that it shows if a server asks; undefined if it shows none. */
  readonly pair: KeyPair | undefined;
  /** CAs that it trusts for servers. */
  readonly serverCas: readonly string[];
}

/** Both sides of a service, as its files allow; undefined if a side cannot work. */
export interface Sides {
  readonly server: ServerSide | undefined;
  readonly client: ClientSide | undefined;
}

/** A deployed service, with its settings and files. */
export interface Party extends Sides {
  /** The service, in the phase in which it is deployed. */
  readonly service: Service;
  readonly view: ServiceView;
  readonly leaf: Certificate | undefined;
  readonly list: Checklist;
}
