import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  installation,
  type Installation,
  type ServiceSettings,
} from "../../../components/spinnaker/installation";
import type { Phase } from "../../../components/spinnaker/phase";
import type { ServiceName, TargetKind } from "../../../components/spinnaker/service-table";
import type { Container } from "./container";
import { endConversations, type Answer } from "./conversation";
import { halyardContainer } from "./halyard";
import { kustomizeContainer } from "./kustomize";
import { operatorContainer } from "./operator";
import { Workshop, type SpinnakerSecrets } from "./secrets";
import { JavaServices, type JavaService, type Response } from "./services";

const CONTAINERS = {
  operator: operatorContainer,
  kustomize: kustomizeContainer,
  halyard: halyardContainer,
} as const;

export const TARGETS = Object.keys(CONTAINERS) as TargetKind[];

export type Services = Readonly<Partial<Record<ServiceName, ServiceSettings>>>;

export function describeInstallation(
  target: TargetKind,
  phase: Phase,
  services: Services,
): Installation {
  const settings = new Map(Object.entries(services)) as Map<ServiceName, ServiceSettings>;
  return installation({ target, namespace: "spinnaker", phase, services: settings });
}

/** Services and certificates for the tests of one file, in a folder that only this user can read; tests delete it. */
export class Stage {
  readonly workshop: Workshop;

  private constructor(
    readonly folder: string,
    readonly java: JavaServices,
  ) {
    this.workshop = new Workshop(folder);
  }

  static async begin(): Promise<Stage> {
    const java = await JavaServices.begin();
    return new Stage(mkdtempSync(join(tmpdir(), "countersign-spinnaker-")), java);
  }

  /** Cleans up, even if `begin` failed. */
  static async end(stage: Stage | undefined): Promise<void> {
    await endConversations();
    if (stage) rmSync(stage.folder, { recursive: true });
  }

  container(name: ServiceName, installed: Installation, secrets: SpinnakerSecrets): Container {
    return CONTAINERS[installed.target](this.folder, name, installed, secrets);
  }

  /** Starts a service in Java. */
  start(
    name: ServiceName,
    installed: Installation,
    secrets: SpinnakerSecrets,
    settings?: Readonly<Record<string, string | number>>,
  ): Promise<JavaService> {
    return this.java.start(this.container(name, installed, secrets), settings);
  }
}

/** Returns the caller's identity, as seen by the server, which must have accepted the call. */
export function accepted(answer: Answer<Response>): string {
  if ("error" in answer) assert.fail(answer.error.join(": "));
  assert.equal(answer.status, 200, answer.body);
  return answer.body;
}

/** Returns the reason why the caller got no answer. */
export function refused(answer: Answer<Response>): string {
  if (!("error" in answer)) assert.fail(`accepted as ${answer.body}`);
  return answer.error.join(": ");
}
