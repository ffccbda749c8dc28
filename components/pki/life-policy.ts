/** Validity and renewal of certificates. */
export interface LifePolicy {
  /** Hours from issuance to expiry. */
  readonly validityHours: number;
  /** Hours before expiry at which an `up` renews the certificate. */
  readonly renewBeforeHours: number;
}
