import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";

/**
 * The TLS context of a certificate, made when it is first asked for and kept as long as the certificate is: OpenSSL
 * takes longer over making one than over a handshake with it.
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
