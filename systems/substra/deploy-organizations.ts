import type { Output } from "@pulumi/pulumi";
import { Enrollment, type Exchange } from "../../components/enrollment";
import { Backend, DatabasePasswords, type Orchestrator } from "../../components/substra";
import { connectionElsewhere, type Connection } from "../../components/substra/connection";
import { formerResources } from "../../components/substra/backend";
import { kebabCase } from "../../components/substra/msp-id";
import { backendCommonName, type Endpoint } from "../../components/substra/names";
import type { StackMemory } from "../../components/stack-memory";
import type { Foundation } from "../../stack/system";
import { expectedOf, type SubstraAdmission } from "./admission";
import type { Organization } from "./settings";

/** An organization in this stack. */
interface DeployedOrganization {
  /**
   * Its request, the name of the request's key, and the CAs that it has deployed; undefined if this stack signs its
   * certificates.
   */
  readonly request:
    | {
        readonly request: Output<string>;
        readonly key: string;
        readonly trusted?: readonly string[];
      }
    | undefined;
  /** Undefined until it has a certificate. */
  readonly backend: Backend | undefined;
}

interface Surroundings extends Pick<Foundation, "authority" | "namespaceOf"> {
  readonly standings: Exchange<SubstraAdmission>["standings"];
  readonly orchestrator: Orchestrator | undefined;
  readonly memory: StackMemory;
}

export function deployOrganizations(
  organizations: ReadonlyMap<string, Organization>,
  surroundings: Surroundings,
): Map<string, DeployedOrganization> {
  let passwords: DatabasePasswords | undefined;
  const all: Building = {
    ...surroundings,
    passwordOf: (name) => (passwords ??= new DatabasePasswords("database-passwords")).of(name),
  };
  return new Map(
    [...organizations].map(([mspId, organization]) => [
      mspId,
      organization.issuance.kind === "here"
        ? deployHere(mspId, organization, all)
        : deployElsewhere(mspId, organization, all),
    ]),
  );
}

interface Building extends Surroundings {
  /** Returns the password of a backend's bundled database. */
  readonly passwordOf: (backend: string) => Output<string>;
}

/** Deploys an organization whose certificate this stack's CA signs, for this stack's orchestrator. */
function deployHere(
  mspId: string,
  organization: Organization,
  surroundings: Building,
): DeployedOrganization {
  const { authority, orchestrator } = surroundings;
  const { connection, issuance, keys } = organization;
  const nothing = { request: undefined, backend: undefined };
  // config/ refuses such a stack.
  if (!authority || !orchestrator || !connection?.dial || issuance.kind !== "here") return nothing;
  const name = kebabCase(mspId);
  const key = keys.names.at(-1) ?? "";
  const backend = new Backend(name, {
    ...backendArgs(mspId, organization, { ...connection, dial: connection.dial }, surroundings),
    credentials: {
      commonName: backendCommonName(mspId, organization.hostname),
      key,
      ...(key === "existing" && { existingKey: keys.existing }),
      existingCertificate: issuance.existing,
      authority,
      certificate: { ...issuance, algorithm: keys.algorithm },
    },
    releaseAfter: orchestrator.deployed,
  });
  return { request: undefined, backend };
}

/** Deploys an organization whose certificate another stack signs, for that stack's orchestrator. */
function deployElsewhere(
  mspId: string,
  organization: Organization,
  surroundings: Building,
): DeployedOrganization {
  const { issuance, keys } = organization;
  const standing = surroundings.standings.get(mspId);
  if (!standing || issuance.kind !== "elsewhere") throw new Error(`${mspId} has no standing`);
  const { accepted, memory, retired } = standing;
  const name = kebabCase(mspId);
  const connection =
    accepted &&
    connectionElsewhere(mspId, organization, {
      ...accepted.admission.orchestrator,
      channels: accepted.admission.channels,
    });
  const enrollment = new Enrollment(name, {
    member: { ...expectedOf(mspId), keys, trust: issuance.trust },
    names: { commonName: backendCommonName(mspId, organization.hostname) },
    accepted,
    memory,
    retired,
  });
  const request = {
    request: enrollment.requestPem,
    key: keys.names.at(-1) ?? "",
    ...(accepted && {
      trusted: accepted.trusted.map(({ certificate }) => certificate.fingerprint),
    }),
  };
  const { credentials } = enrollment;
  if (!connection || !credentials) return { request, backend: undefined };
  const backend = new Backend(name, {
    ...backendArgs(mspId, organization, connection, surroundings),
    credentials,
  });
  return { request, backend };
}

/** Returns the arguments that do not depend on who signs. */
function backendArgs(
  mspId: string,
  organization: Organization,
  { dial, sameCluster, channels }: Connection & { readonly dial: Endpoint },
  { namespaceOf, memory, passwordOf }: Building,
) {
  const backend = kebabCase(mspId);
  const former = formerResources(backend, (type, name) => memory.has(type, name));
  const isDerived = organization.database === undefined && !former.databasePassword;
  return {
    ...organization,
    mspId,
    namespace: namespaceOf(organization),
    orchestrator: { ...dial, sameCluster },
    channels,
    former,
    ...(isDerived && { databasePassword: passwordOf(backend) }),
  };
}
