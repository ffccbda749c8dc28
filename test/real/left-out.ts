/** Lines of a real chart's shape that its stand-in has not, and what they are. */
export interface LeftOut {
  readonly what: RegExp;
  /** What it is, and why nothing of ours depends on it. */
  readonly why: string;
}

/** Objects of bitnami's sub-charts beyond workload, Service, Secret and claim. */
const OBJECTS_OF_STORES: readonly LeftOut[] = [
  {
    what: /^(?:NetworkPolicy|ServiceAccount|PodDisruptionBudget) \S+-(?:minio|postgresql|redis|redis-master)(?=:|$)/,
    why: "the policies, accounts and budgets that bitnami's charts have of their own",
  },
  {
    what: /^Service \S+-(?:hl|headless)\b/,
    why: "bitnami's headless Services, for clusters of a store",
  },
];

/** Not what is read from a Secret or kept on a volume: that the stand-ins have. */
const SETTINGS_OF_STORES: LeftOut = {
  what: /^(?:StatefulSet|Deployment) \S+-(?:minio|postgresql|redis-master): container \S+ (?:has \w+$|\w+Probe |mounts \S+ (?:\(\S+\) )?<- volume )/,
  why: "settings, probes and working folders of bitnami's stores",
};

/** By chart. Each entry must be needed: one that no line of the real chart calls for fails the comparison. */
export const LEFT_OUT: Readonly<Record<string, readonly LeftOut[]>> = {
  orchestrator: [
    ...OBJECTS_OF_STORES,
    SETTINGS_OF_STORES,
    {
      what: /^Pod \S+-test-connection$/,
      why: "the chart's tests, which an installation does not run",
    },
  ],
  "substra-backend": [
    ...OBJECTS_OF_STORES,
    SETTINGS_OF_STORES,
    {
      what: /^ConfigMap \S+-redis-(?:configuration|health|scripts)\b|container redis mounts \S+ <- ConfigMap /,
      why: "scripts and configuration of bitnami's Redis",
    },
    {
      what: /docker-registry-config\b|docker-registry-secret: key proxy|^Deployment \S+-docker-registry: container docker-registry (?:has \w+$|\w+Probe )/,
      why: "settings and probes of the registry, and an account for a proxy that is not set",
    },
    {
      what: /^(?:Role|RoleBinding) |^ServiceAccount \S+-(?:worker|builder|event)$/,
      why: "the rights in Kubernetes' API with which workers and builders start pods",
    },
    {
      what: /: key OIDC_(?!ENABLED)/,
      why: "settings of a login through an OpenID Connect provider, beyond whether there is one",
    },
    {
      what: /^NetworkPolicy \S+-(?:deny-ingress|internet-builder-egress|registry-kaniko-egress)\b/,
      why: "policies for the pods that compute tasks and build images, which no chart makes",
    },
    {
      what: /: key (?:COMPUTE_POD|KANIKO|ENABLE_DATASAMPLE)_|: container (?:worker|builder) has (?:BUILDER|COMPUTE_POD|KANIKO|IMAGE|WORKER_PVC|CELERY_WORKER|PRIVATE_CA|ENABLE_DATASAMPLE)_\w+$/,
      why: "how tasks are computed and images are built",
    },
  ],
  "choreo-connect": [],
};
