import type { Service } from "../../../components/spinnaker/installation";
import { reaches, type Phase } from "../../../components/spinnaker/phase";
import type { Checklist } from "../../../verify/check";
import { REPAIR } from "../../../verify/todo";
import type { Properties } from "./properties";
import type { ServiceView } from "./service-view";
import { TODO } from "./todo";

/**
 * Checks a service's settings as far as they do not depend on how it is written.
 *
 * @returns the phase in which the service is found; undefined if it is none.
 */
export function checkSettings(
  list: Checklist,
  service: Service,
  view: ServiceView,
): Phase | undefined {
  list.judge(
    "mounted-objects",
    view.missing,
    "every Secret and key that its settings or its pods name exists",
    REPAIR.objects,
  );
  if (view.unfinished !== undefined) {
    list.judge(
      "roll-out",
      view.unfinished,
      "its Deployment rolled out",
      "Wait for `kubectl rollout status`; if it does not end, `kubectl describe pod` says why.",
    );
  }
  const phase = phaseIn(service, view.properties);
  const other =
    phase !== undefined && phase !== service.phase
      ? [`its settings are those of phase ${phase}, and the stack has it in ${service.phase}.`]
      : [];
  list.judge(
    "drift",
    [...view.drift, ...other],
    "its settings are as the stack has them",
    "Somebody changed it by hand, or deployed other files: `pulumi up --refresh` sets it again, or export the files anew.",
  );
  if (phase === undefined) {
    const message = `server.ssl.${clientAuthName(service)} of ${view.origin} is none of none, want and need.`;
    list.fail("files", message, TODO.settings);
  } else if (reaches(phase, "tls")) checkProbes(list, service, view);
  return phase;
}

function checkProbes(list: Checklist, { name }: Service, view: ServiceView): void {
  list.judge(
    "tcp-probe",
    view.plainProbes.map(
      (probe) => `${probe}: it has no certificate to show, and fails at the latest in phase need.`,
    ),
    "its probes only connect",
    `Let ${name} be probed by TCP, as the stack has it: undo what was changed by hand.`,
  );
  if (view.panics.length > 0) {
    const todo = `Remove server.port from the profile of ${name}, and set spinnaker.services.${name}.port.`;
    list.fail("server-port", view.panics.join(" "), todo);
  }
}

function clientAuthName({ language }: Service): string {
  return language === "java" ? "client-auth" : "clientAuth";
}

/** How far a service is by its settings alone; undefined if they say nothing that is a phase. */
export function phaseIn({ language }: Service, properties: Properties): Phase | undefined {
  const enabled = properties.get("server.ssl.enabled");
  // Spring Boot's `server.ssl` is on as soon as anything of it is set; go-yaml-tools wants the word.
  const isOn =
    enabled === undefined
      ? language === "java" && [...properties.keys()].some((name) => name.startsWith("server.ssl."))
      : enabled.toLowerCase() === "true";
  if (!isOn) return "prepare";
  const asked = properties.get("server.ssl.clientauth")?.toLowerCase() ?? "none";
  if (asked === "none") return "tls";
  return asked === "want" || asked === "need" ? asked : undefined;
}
