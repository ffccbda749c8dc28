/** An object that the cluster starts with, and its collection. */
export interface StartingObject {
  readonly collection: string;
  readonly body: { readonly metadata: { readonly name: string } };
}

export const nodeName = "local";

/** Objects that a cluster's installer would have created: somewhere to run, and somewhere to store. */
export const startingObjects: readonly StartingObject[] = [
  {
    collection: "/api/v1/nodes",
    body: {
      metadata: { name: nodeName, labels: { "kubernetes.io/hostname": nodeName } },
    } as StartingObject["body"],
  },
  {
    collection: "/apis/storage.k8s.io/v1/storageclasses",
    body: {
      metadata: {
        name: "local",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      // The stages in stages.yaml act as this provisioner, so its name is also there.
      provisioner: "local.countersign/volume",
    } as StartingObject["body"],
  },
];
