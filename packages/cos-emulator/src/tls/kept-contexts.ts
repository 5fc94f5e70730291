import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";

/**
 * Returns the TLS context of a certificate. It is created when first needed and kept as long as the certificate, since
 * OpenSSL takes longer to create one than to shake hands with it.
 */
export function keptContexts<Certificate extends object>(
  optionsOf: (certificate: Certificate) => SecureContextOptions,
): (certificate: Certificate) => SecureContext {
  const contexts = new WeakMap<Certificate, SecureContext>();
  return (certificate) => {
    const context = contexts.get(certificate) ?? createSecureContext(optionsOf(certificate));
    contexts.set(certificate, context);
    return context;
  };
}
