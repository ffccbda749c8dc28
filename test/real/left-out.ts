/** Lines of a real chart's shape that its stand-in lacks, with the reason. */
export interface LeftOut {
  readonly what: RegExp;
  /** Description of the lines, which tells why nothing in Countersign depends on them. */
  readonly why: string;
}

/** Objects of bitnami's sub-charts other than workloads, Services, Secrets and claims. */
const OBJECTS_OF_STORES: readonly LeftOut[] = [
  {
    what: /^(?:NetworkPolicy|ServiceAccount|PodDisruptionBudget) \S+-(?:minio|postgresql|redis|redis-master)(?=:|$)/,
    why: "the policies, accounts and budgets of bitnami's own charts",
  },
  {
    what: /^Service \S+-(?:hl|headless)\b/,
    why: "bitnami's headless Services, for clusters of a store",
  },
];

/** Settings other than those that are read from a Secret or kept on a volume, which the stand-ins have. */
const SETTINGS_OF_STORES: LeftOut = {
  what: /^(?:StatefulSet|Deployment) \S+-(?:minio|postgresql|redis-master): container \S+ (?:has \w+$|\w+Probe |mounts \S+ (?:\(\S+\) )?<- volume )/,
  why: "settings, probes and working folders of bitnami's stores",
};

/**
 * Lines that stand-ins lack, by chart. Each entry must be needed: an entry that matches no line of the real chart fails
 * the comparison.
 */
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
      why: "the permissions in Kubernetes' API with which workers and builders start pods",
    },
    {
      what: /: key OIDC_(?!ENABLED)/,
      why: "settings of a login through an OpenID Connect provider, beyond whether there is one",
    },
    {
      what: /^NetworkPolicy \S+-(?:deny-ingress|internet-builder-egress|registry-kaniko-egress)\b/,
      why: "policies for the pods that compute tasks and build images, which no chart creates",
    },
    {
      what: /: key (?:COMPUTE_POD|KANIKO|ENABLE_DATASAMPLE)_|: container (?:worker|builder) has (?:BUILDER|COMPUTE_POD|KANIKO|IMAGE|WORKER_PVC|CELERY_WORKER|PRIVATE_CA|ENABLE_DATASAMPLE)_\w+$/,
      why: "settings of how tasks are computed and images are built",
    },
  ],
  "choreo-connect": [],
};
