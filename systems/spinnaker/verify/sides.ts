import type { Service } from "../../../components/spinnaker/installation";
import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/key-pair";
import type { ServiceView } from "./service-view";

/** A service as a TLS server. */
export interface ServerSide {
  readonly pair: KeyPair;
  /** The CAs whose clients it admits, once it asks them. */
  readonly clientCas: readonly string[];
}

/** A service as a client of others. */
export interface ClientSide {
  /** What it shows if a server asks; undefined if it shows nothing. */
  readonly pair: KeyPair | undefined;
  /** The CAs by which it knows servers. */
  readonly serverCas: readonly string[];
}

/** What a service can do with what it finds; a side is undefined if it cannot work. */
export interface Sides {
  readonly server: ServerSide | undefined;
  readonly client: ClientSide | undefined;
}

/** A service as it is found, with what it holds. */
export interface Party extends Sides {
  /** In the phase in which it is found. */
  readonly service: Service;
  readonly view: ServiceView;
  readonly leaf: Certificate | undefined;
  readonly list: Checklist;
}
