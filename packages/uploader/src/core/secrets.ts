/** Headers or form fields of a request. */
export type Sent = Readonly<Record<string, string>>;

const SECRET_NAMES = /authorization|token|signature/i;
const NAMED_SECRETS = /(authorization|token|signature)("?[=:]\s*"?)(?:Bearer )?[^&\s,;"]+/gi;

/**
 * Replaces secrets in a text about a request by `***`: the tokens and signatures that were sent, also URL-encoded, and
 * any other value that the text calls a token, a signature or an authorization.
 */
export function withoutSecrets(text: string, sent: readonly Sent[]): string {
  let rest = text;
  sent.forEach((values) => {
    Object.keys(values).forEach((name) => {
      const value = values[name];
      if (!value || !SECRET_NAMES.test(name)) return;
      const bare = value.replace(/^(Bearer |.*q-signature=)/, "");
      [value, bare, encodeURIComponent(bare)].forEach((secret) => {
        if (secret) rest = rest.split(secret).join("***");
      });
    });
  });
  return rest.replace(NAMED_SECRETS, "$1$2***");
}
