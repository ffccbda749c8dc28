import type { EngineOptions, Run } from "../mock-engine";
import { runStack, type StackOptions } from "../run-stack";
import { outputsOf, stacksOf } from "../enrollment/parties";
import { find } from "../tree";
import { reveal } from "../wire";

/** The stack that signs. */
export const SIGNER = "organization/countersign/ca";

/** The stack of the services, which is the one that the mock engine runs. */
export const MEMBER = "organization/countersign/test";

export const SIGNED_BY = { stack: SIGNER, trust: ["first-use"] };

/** Services of a stack: a server that its clients prove themselves to, and a client of it. */
export const SERVICES = {
  db: { namespace: "shop", server: { clients: "required" }, restarts: ["statefulset/db"] },
  orders: { namespace: "shop", calls: { db: {} }, restarts: ["deployment/orders"] },
};

/** Configuration of the stack that signs: a CA, and the services of the other stack. */
export const SIGNER_SECTIONS = {
  authority: {
    subject: { commonName: "Shared CA" },
    generations: { g1: { state: "signing" } },
  },
  serviceEnrollments: {
    shop: {
      requests: { stack: MEMBER },
      namespace: "shop",
      services: { db: { role: "server" }, orders: { role: "client" } },
    },
  },
};

/** Runs the stack of the services, with some of its sections changed. */
export function runMember(changes: object = {}, options: StackOptions = {}): Promise<Run<unknown>> {
  return runStack({ servicesSignedBy: SIGNED_BY, services: SERVICES, ...changes }, options);
}

/** Runs the stack that signs, with some of its sections changed. */
export function runSigner(
  changes: object = {},
  options: EngineOptions = {},
): Promise<Run<unknown>> {
  return runStack({ ...SIGNER_SECTIONS, ...changes }, { cluster: false, ...options });
}

/** Results of the three updates after which the services run. */
interface Signed {
  readonly asked: Run<unknown>;
  readonly signed: Run<unknown>;
  readonly deployed: Run<unknown>;
}

let signed: Promise<Signed> | undefined;

/** Services that have requested certificates, got them, and deployed them. Always the same ones. */
export function signAll(): Promise<Signed> {
  return (signed ??= makeSigned());
}

async function makeSigned(): Promise<Signed> {
  const asked = await runMember({}, { cluster: false });
  const answered = await runSigner({}, { stacks: stacksOf({ [MEMBER]: asked }) });
  const stacks = stacksOf({ [SIGNER]: answered });
  const deployed = await runMember({}, { state: asked.state, stacks });
  return { asked, signed: answered, deployed };
}

/** The requests that services publish, by name. */
export function requestsOf(run: Run<unknown>) {
  const { serviceRequests } = outputsOf(run) as {
    serviceRequests: {
      services: Record<
        string,
        { readonly request: string; readonly key: string; readonly trusted?: readonly string[] }
      >;
    };
  };
  return serviceRequests.services;
}

/** What the stack that signs publishes for the services of others. */
export function admissionsOf(run: Run<unknown>) {
  const { serviceAdmissions } = outputsOf(run) as {
    serviceAdmissions: {
      authorities: Record<string, { readonly state: string; readonly certificate: string }>;
      services: Record<string, { readonly certificate: string }>;
    };
  };
  return serviceAdmissions;
}

/** Data of the Secret with a name, decoded. */
export function secretOf({ resources }: Run<unknown>, name: string): Record<string, string> {
  const { data } = reveal(find(resources, name, "v1:Secret").inputs) as {
    data: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(data).map(([key, content]) => [key, Buffer.from(content, "base64").toString()]),
  );
}
