/** Headers or form fields of a request. */
export type Sent = Readonly<Record<string, string>>;

const SECRET_NAMES = /authorization|token|signature/i;
const NAMED_SECRETS =
  /\b(authorization|x-cos-security-token|q-signature|signature|q-token)(=|:\s*)(?:Bearer )?[^&\s,;]+/gi;

/**
 * A text that somebody else wrote about a request, with `***` in place of the tokens and signatures that were sent,
 * also URL-encoded, and of any others that are called so.
 */
export function withoutSecrets(text: string, sent: readonly Sent[]): string {
  return secretsOf(sent)
    .reduce((rest, secret) => rest.split(secret).join("***"), text)
    .replace(NAMED_SECRETS, "$1$2***");
}

function secretsOf(sent: readonly Sent[]): string[] {
  const secrets: string[] = [];
  sent.forEach((values) => {
    Object.keys(values).forEach((name) => {
      const value = (values[name] || "").replace(/^Bearer /, "");
      if (!value || !SECRET_NAMES.test(name)) return;
      secrets.push(value, encodeURIComponent(value));
      const [, signature] = /q-signature=([^&\s]+)/.exec(value) || [];
      if (signature) secrets.push(signature);
    });
  });
  return secrets;
}
