import type { EngineOptions, Run } from "../mock-engine";
import { runStack, type StackOptions } from "../run-stack";
import { find, treeOf } from "../tree";
import { reveal } from "../wire";

/** The stack that signs. */
export const CONSORTIUM = "organization/countersign/consortium";

/** The stack of an organization. */
export const MEMBER = "organization/countersign/org-2";

/** Configuration of the organization in its own stack, where there is nothing else. */
const ORGANIZATION = {
  hostname: "substra.org-2.example",
  chart: { path: "charts/substra-backend" },
  signedBy: { stack: CONSORTIUM, trust: ["first-use"] },
};

/** Configuration of the consortium: a CA, the orchestrator, and the organizations that it enrolls. */
export const CONSORTIUM_SECTIONS = {
  authority: {
    subject: { commonName: "Consortium CA" },
    generations: { g1: { state: "signing" } },
  },
  orchestrator: {
    hostname: "orchestrator.example",
    channels: {
      mychannel: { organizations: ["MyOrg2MSP"] },
      second: { organizations: ["MyOrg2MSP"] },
    },
    chart: { path: "charts/orchestrator" },
  },
  enrollments: {
    MyOrg2MSP: { request: { stack: MEMBER }, commonName: "substra.org-2.example" },
  },
};

/** Runs the organization's stack. */
export function runMember(changes: object = {}, options: StackOptions = {}): Promise<Run<unknown>> {
  return runStack({ organizations: { MyOrg2MSP: { ...ORGANIZATION, ...changes } } }, options);
}

/** Runs the consortium's stack, with some of its sections changed. */
export function runConsortium(
  changes: object = {},
  options: EngineOptions = {},
): Promise<Run<unknown>> {
  return runStack({ ...CONSORTIUM_SECTIONS, ...changes }, options);
}

/** Outputs of other stacks, as their updates left them. */
export function stacksOf(runs: Readonly<Record<string, Run<unknown>>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(runs).map(([name, { outputs, resources }]) => [
      name,
      outputs.get(find(resources, "countersign-test").urn),
    ]),
  );
}

/** Results of the three updates after which an organization runs. */
interface Enrolled {
  /** Its own first update. */
  readonly asked: Run<unknown>;
  /** The consortium's update. */
  readonly signed: Run<unknown>;
  /** Its own second update. */
  readonly deployed: Run<unknown>;
}

let enrolled: Promise<Enrolled> | undefined;

/** An organization that has requested a certificate, got it, and deployed it. Always the same one. */
export function enrol(): Promise<Enrolled> {
  return (enrolled ??= makeEnrolled());
}

async function makeEnrolled(): Promise<Enrolled> {
  const asked = await runMember({}, { cluster: false });
  const signed = await runConsortium({}, { stacks: stacksOf({ [MEMBER]: asked }) });
  const stacks = stacksOf({ [CONSORTIUM]: signed });
  const deployed = await runMember({}, { state: asked.state, stacks });
  return { asked, signed, deployed };
}

/** The outputs of a stack. */
export function outputsOf(run: Run<unknown>): Record<string, unknown> {
  return reveal(run.outputs.get(find(run.resources, "countersign-test").urn)) as Record<
    string,
    unknown
  >;
}

/** The request that the organization publishes, and the name of its key. */
export function requestedOf(run: Run<unknown>): {
  readonly request: string;
  readonly key: string;
  readonly trusted?: readonly string[];
} {
  const { requests } = outputsOf(run) as {
    requests: {
      organizations: { MyOrg2MSP: { request: string; key: string; trusted?: string[] } };
    };
  };
  return requests.organizations.MyOrg2MSP;
}

/** The certificate that the consortium publishes for the organization. */
export function admittedOf(run: Run<unknown>): string {
  const { admissions } = outputsOf(run) as {
    admissions: { organizations: { MyOrg2MSP: { certificate: string } } };
  };
  return admissions.organizations.MyOrg2MSP.certificate;
}

/** The certificate of a CA generation that the consortium publishes. */
export function authorityOf(run: Run<unknown>, generation: string): string {
  const { authorities } = outputsOf(run).admissions as {
    authorities: Record<string, { certificate: string }>;
  };
  return authorities[generation]?.certificate ?? "";
}

/** Outputs that a component has registered. */
export function registered(run: Run<unknown>, name: string, type: string): unknown {
  return reveal(run.outputs.get(find(run.resources, name, type).urn));
}

/** Resources that index.ts created itself, one per line. */
export function topsOf({ resources }: Run<unknown>): string[] {
  return treeOf(resources)
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim());
}

/** Messages of the program to the user, one per line. */
export function said({ messages }: Run<unknown>): string[] {
  return messages.map(({ severity, text }) => `${severity}: ${text}`);
}

/** Data of the Secret with a name. */
export function secretOf({ resources }: Run<unknown>, name: string): Record<string, string> {
  const { inputs } = find(resources, name, "v1:Secret");
  return (reveal(inputs) as { stringData: Record<string, string> }).stringData;
}
