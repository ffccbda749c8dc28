/** A chart or its manifests are not available; the message is a clause that says why. */
export class Unavailable extends Error {
  override readonly name: string = "Unavailable";
}

/** There is no Helm, so no chart can be rendered. */
export class NoHelm extends Unavailable {
  override readonly name = "NoHelm";
}
