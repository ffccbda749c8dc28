import { CannotStart } from "../failure";
import { planPreview, planUp } from "../run/plan";
import type { StackFile } from "../stack-folder";
import type { SecretKey, Settings } from "./options";

/** A Stack of the Pulumi Kubernetes Operator. */
export interface StackObject {
  readonly apiVersion: "pulumi.com/v1";
  readonly kind: "Stack";
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly stack: string;
    readonly prerequisites?: readonly Prerequisite[];
  } & Readonly<Record<string, unknown>>;
}

/** A Stack that must have succeeded, and not too long ago: the operator updates it first if it has not. */
interface Prerequisite {
  readonly name: string;
  readonly requirement: { readonly succeededWithinDuration: string };
}

/** Label of all objects, for commands that select them. */
const LABELS = { "app.kubernetes.io/part-of": "countersign" };

const KUBECONFIG_FOLDER = "/var/run/countersign";

/**
 * Returns one object per stack, in an order in which they can be deployed.
 *
 * A stack that signs is a prerequisite of the organizations that it signs for. There is no prerequisite in the other
 * direction, for the requests: it would be a cycle, and a failing organization would stop the renewals of all others.
 *
 * @param stacks the selected stacks; links to others are ignored.
 * @param resync time between two updates, in seconds.
 * @throws CannotStart if stacks wait for each other, or their objects cannot be named.
 */
export function stackObjects(
  stacks: readonly StackFile[],
  settings: Settings,
  resync: number,
): StackObject[] {
  const { preview = false, namespace } = settings;
  const all = stacks.map(({ name }) => name);
  // Under the same name, a preview would replace the object that deploys, and end the renewals.
  const names = objectNames(all, preview ? "-preview" : "");
  const nameOf = (stack: string) => names.get(stack) ?? stack;
  return ordered(stacks, preview).map(({ stack, signers }) => ({
    apiVersion: "pulumi.com/v1",
    kind: "Stack",
    metadata: {
      name: nameOf(stack.name),
      ...(namespace !== undefined && { namespace }),
      labels: LABELS,
    },
    spec: {
      stack: [settings.organization, stack.name].filter(Boolean).join("/"),
      ...source(stack.name, settings),
      ...(settings.backend !== undefined && { backend: settings.backend }),
      ...workspace(stack.name, settings),
      ...(signers.length > 0 && {
        prerequisites: signers.map((signer) => ({
          name: nameOf(signer),
          requirement: { succeededWithinDuration: `${resync / 2}s` },
        })),
      }),
      resyncFrequencySeconds: resync,
      // Also without a new commit, because this is what renews certificates. Previews show a commit once.
      continueResyncOnCommitMatch: !preview,
      ...(preview && { preview }),
      // With a wrong backend, the operator would otherwise create a fleet with keys of its own.
      useLocalStackOnly: true,
      destroyOnFinalize: false,
    },
  }));
}

/** Returns the stacks in the order of their deployments, each with the stacks that sign for it. */
function ordered(
  stacks: readonly StackFile[],
  preview: boolean,
): { stack: StackFile; signers: readonly string[] }[] {
  const tasks = preview ? planPreview(stacks) : planUp(stacks);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  return tasks.flatMap(({ stack: name, pass, needs }) => {
    const stack = byName.get(name);
    if (stack === undefined || pass === "request") return [];
    const needed = needs.flatMap((id) => byId.get(id) ?? []);
    const signers = needed.flatMap((task) => (task.pass === "deploy" ? [task.stack] : []));
    return [{ stack, signers }];
  });
}

function source(stack: string, { repo, branch, repoDir, repoAccess }: Settings): object {
  const access = repoAccess && fromSecret(repoAccess, stack);
  return {
    projectRepo: repo,
    branch,
    ...(repoDir !== undefined && { repoDir }),
    ...(access && {
      gitAuth: repo.startsWith("https:")
        ? { accessToken: access }
        : { sshAuth: { sshPrivateKey: access } },
    }),
  };
}

/** Returns what concerns the pod in which Pulumi runs. */
function workspace(stack: string, settings: Settings): object {
  const { env, kubeconfig, image, serviceAccount } = settings;
  const path = { type: "Literal", literal: { value: `${KUBECONFIG_FOLDER}/kubeconfig` } };
  const variables = [
    ...[...(env ?? [])].map(([name, reference]) => [name, fromSecret(reference, stack)] as const),
    ...(kubeconfig ? [["KUBECONFIG", path] as const] : []),
  ];
  const template = {
    ...(image !== undefined && { image }),
    ...(kubeconfig && { podTemplate: { spec: withKubeconfig(resolved(kubeconfig, stack)) } }),
  };
  return {
    serviceAccountName: serviceAccount,
    ...(variables.length > 0 && { envRefs: Object.fromEntries(variables) }),
    ...(Object.keys(template).length > 0 && { workspaceTemplate: { spec: template } }),
  };
}

/** Mounts a kubeconfig into the container that runs Pulumi; the operator merges this by its name. */
function withKubeconfig({ name, key }: SecretKey): object {
  const volume = "kubeconfig";
  return {
    containers: [
      {
        name: "pulumi",
        volumeMounts: [{ name: volume, mountPath: KUBECONFIG_FOLDER, readOnly: true }],
      },
    ],
    volumes: [{ name: volume, secret: { secretName: name, items: [{ key, path: volume }] } }],
  };
}

function fromSecret(reference: SecretKey, stack: string): object {
  return { type: "Secret", secret: resolved(reference, stack) };
}

function resolved({ name, key }: SecretKey, stack: string): SecretKey {
  return { name, key: key.replaceAll("{stack}", stack) };
}

/** Longest name that the definition of Stack accepts (operator 2.9.0). */
const LONGEST = 42;

/**
 * Returns the names of the stacks' objects, by stack. The operator names Services after them, so they begin with a letter.
 *
 * @param suffix end of each name.
 * @throws CannotStart if stacks get the same name, or a name is too long.
 */
function objectNames(stacks: readonly string[], suffix: string): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  for (const stack of stacks) {
    const name = `${nameOf(stack)}${suffix}`;
    if (name.length > LONGEST) {
      throw new CannotStart(
        `stack ${stack}: the operator accepts at most ${LONGEST} characters, and the object's name ${name} has ${name.length}; rename the stack (\`pulumi stack rename\`, and its file), or leave it out with --select`,
      );
    }
    const other = byName.get(name);
    if (other !== undefined) {
      throw new CannotStart(
        `the objects of stacks ${other} and ${stack} would both be called ${name}: rename one of the stacks (\`pulumi stack rename\`, and its file), or leave one out with --select`,
      );
    }
    byName.set(name, stack);
  }
  return new Map([...byName].map(([name, stack]) => [stack, name]));
}

function nameOf(stack: string): string {
  const plain = stack.toLowerCase().replace(/[^a-z\d]+/g, "-");
  const name = /^[a-z]/.test(plain) ? plain : `stack-${plain}`;
  return name.replace(/-+/g, "-").replace(/-$/, "");
}
