import { parse, stringify } from "yaml";
import { exportedFiles } from "../../../components/spinnaker/exported-files";
import type { Installation } from "../../../components/spinnaker/installation";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { need } from "../need";
import { Container } from "./container";
import { CONFIG, spinnakerYml, type ServiceSettings } from "./halyard";
import type { SpinnakerSecrets } from "./secrets";

interface SpinnakerService {
  readonly spec: {
    readonly spinnakerConfig: {
      readonly profiles: Readonly<Record<string, unknown>>;
      readonly "service-settings"?: Readonly<Record<string, ServiceSettings>>;
    };
  };
}

/** Does the Operator's work with the exported SpinnakerService, and then the kubelet's. */
export function operatorContainer(
  folder: string,
  name: ServiceName,
  installation: Installation,
  secrets: SpinnakerSecrets,
): Container {
  const target = { kind: "operator", apiGroup: "spinnaker.io", name: "spinnaker" } as const;
  const exported = exportedFiles(target, installation, secrets.names);
  const { spec } = parse(
    need(exported["spinnakerservice.yml"], "SpinnakerService"),
  ) as SpinnakerService;
  const { profiles, "service-settings": settings = {} } = spec.spinnakerConfig;

  const container = new Container(folder, name);
  for (const [variable, value] of Object.entries(settings[name]?.env ?? {}))
    container.variable(variable, value);
  const references = new References(container, secrets);
  const profile = references.rewrite(profiles[name]);
  references.mount();
  container.mount(
    CONFIG,
    new Map([
      [
        "spinnaker.yml",
        container.text(spinnakerYml(installation, (service) => settings[service] ?? {})),
      ],
      [`${name}-local.yml`, container.text(stringify(profile))],
    ]),
  );
  return container;
}

/** References to Secrets in one container's profile (spinnaker-operator 8ba2542d, transformer/secrets.go). */
class References {
  private readonly volumes = new Map<string, Map<string, Buffer>>();

  constructor(
    private readonly container: Container,
    private readonly secrets: SpinnakerSecrets,
  ) {}

  /** Returns a tree of settings with paths and variables instead of references. */
  rewrite(value: unknown): unknown {
    if (typeof value === "string") return this.resolve(value);
    if (Array.isArray(value)) return value.map((each) => this.rewrite(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.rewrite(each)]),
    );
  }

  /** Mounts a volume for each Secret, with the keys to which the profile refers. */
  mount(): void {
    for (const [secret, files] of this.volumes) this.container.mount(this.directory(secret), files);
  }

  private resolve(text: string): string {
    const reference = /^(encrypted|encryptedFile):k8s!n:([^!:]+)!k:([^!:]+)$/.exec(text);
    if (!reference) return text;
    const [, kind, secret = "", key = ""] = reference;
    const content = need(this.secrets.data.get(secret)?.get(key), `${key} in Secret ${secret}`);
    if (kind === "encryptedFile") {
      const files = this.volumes.get(secret) ?? new Map<string, Buffer>();
      this.volumes.set(secret, files.set(key, content));
      return `${this.directory(secret)}/${key}`;
    }
    const words = `${this.container.service}_${secret}_${key}`;
    const variable = words.replaceAll(/[-. ]/g, "_").toUpperCase();
    this.container.environment[variable] = content.toString();
    return `\${${variable}}`;
  }

  private directory(secret: string): string {
    return `/opt/${this.container.service}/secrets/${secret}`;
  }
}
