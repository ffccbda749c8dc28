import type { Service } from "../../../components/spinnaker/installation";
import { reaches, type Phase } from "../../../components/spinnaker/phase";
import type { Checklist } from "../../../verify/check";
import { REPAIR } from "../../../verify/todo";
import type { Properties } from "./properties";
import type { ServiceView } from "./service-view";
import { TODO } from "./todo";

/**
 * Checks those settings of a service that do not depend on its language.
 *
 * @returns the phase of the deployed service; undefined if its settings are not those of a phase.
 */
export function checkSettings(
  list: Checklist,
  service: Service,
  view: ServiceView,
): Phase | undefined {
  list.judge(
    "mounted-objects",
    view.missing,
    "every Secret and key to which its settings or its pods refer exists",
    REPAIR.objects,
  );
  if (view.unfinished !== undefined) {
    list.judge(
      "roll-out",
      view.unfinished,
      "its Deployment has rolled out",
      "Wait for `kubectl rollout status`; if it does not end, `kubectl describe pod` shows why.",
    );
  }
  const phase = phaseIn(service, view.properties);
  const other =
    phase !== undefined && phase !== service.phase
      ? [`its settings are those of phase ${phase}, but the stack has it in ${service.phase}.`]
      : [];
  list.judge(
    "drift",
    [...view.drift, ...other],
    "its settings are those of the stack",
    "Somebody changed it by hand, or deployed other files: run `pulumi up --refresh`, which sets it again, or export the files again.",
  );
  if (phase === undefined) {
    const message = `server.ssl.${clientAuthName(service)} of ${view.origin} is not "none", "want" or "need".`;
    list.fail("files", message, TODO.settings);
  } else if (reaches(phase, "tls")) checkProbes(list, service, view);
  return phase;
}

function checkProbes(list: Checklist, { name }: Service, view: ServiceView): void {
  list.judge(
    "tcp-probe",
    view.plainProbes.map(
      (probe) => `${probe}: it has no certificate to show, and fails in phase need at the latest.`,
    ),
    "its probes only open a connection",
    `${name} must be probed by TCP, as the stack configures it: undo what was changed by hand.`,
  );
  if (view.panics.length > 0) {
    const todo = `Remove server.port from the profile of ${name}, and set spinnaker.services.${name}.port.`;
    list.fail("server-port", view.panics.join(" "), todo);
  }
}

function clientAuthName({ language }: Service): string {
  return language === "java" ? "client-auth" : "clientAuth";
}

/** Determines a service's phase from its settings alone; undefined if they are not those of a phase. */
export function phaseIn({ language }: Service, properties: Properties): Phase | undefined {
  const enabled = properties.get("server.ssl.enabled");
  // Spring Boot enables `server.ssl` as soon as any of its settings is present; go-yaml-tools needs `enabled`.
  const isOn =
    enabled === undefined
      ? language === "java" && [...properties.keys()].some((name) => name.startsWith("server.ssl."))
      : enabled.toLowerCase() === "true";
  if (!isOn) return "prepare";
  const asked = properties.get("server.ssl.clientauth")?.toLowerCase() ?? "none";
  if (asked === "none") return "tls";
  return asked === "want" || asked === "need" ? asked : undefined;
}
