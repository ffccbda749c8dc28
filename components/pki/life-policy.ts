/** How certificates are issued. */
export interface LifePolicy {
  /** Hours from issuance to expiry. */
  readonly validityHours: number;
  /** Hours before expiry at which an `up` renews it. */
  readonly renewBeforeHours: number;
}
