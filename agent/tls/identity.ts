/**
 * What a TLS listener shows its clients: a private key and the certificate chain for it, as PEM.
 */
export interface TlsIdentity {
  readonly key: Buffer;
  readonly certificate: Buffer;
}
