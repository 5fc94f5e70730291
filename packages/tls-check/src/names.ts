import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** The DNS names and IP addresses that a certificate covers. The common name does not count (RFC 9525, section 2). */
export function namesCovered(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName ?? "";
  return [...text.matchAll(/(?:^|, )(?:DNS|IP Address):(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => readable(quoted ?? plain ?? ""),
  );
}

/** Whether the certificate covers this name or IP address. A wildcard covers only the leftmost label. */
export function covers(certificate: X509Certificate, host: string): boolean {
  const match =
    isIP(host) === 0
      ? certificate.checkHost(host, { subject: "never", partialWildcards: false })
      : certificate.checkIP(host);
  return match !== undefined;
}

/** Why a wildcard that seems to cover the host does not; undefined when there is no such wildcard. */
export function wildcardNearMiss(names: readonly string[], host: string): string | undefined {
  for (const name of names) {
    if (!name.startsWith("*.")) continue;
    const base = name.slice(2).toLowerCase();
    if (host === base) return `${name} does not cover ${base} itself`;
    if (host.endsWith(`.${base}`)) return `${name} covers only one level, so not ${host}`;
  }
  return undefined;
}

/** The names as text for a person; only the first of a long list. */
export function listNames(names: readonly string[], most = 8): string {
  if (names.length === 0) return "no name at all";
  const rest = names.length - most;
  return names.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A short name for a certificate's subject: its common name, or else its organisation, or else all of it. */
export function subjectName(distinguishedName: string): string {
  const fields = new Map(
    distinguishedName.split("\n").map((line): [string, string] => {
      const mark = line.indexOf("=");
      return [line.slice(0, mark), line.slice(mark + 1)];
    }),
  );
  return readable(fields.get("CN") ?? fields.get("O") ?? distinguishedName.replaceAll("\n", ", "));
}

/**
 * Servers choose the names. Node escapes ASCII control characters in them, but not those of Latin-1, which some terminals
 * obey, nor characters that change the direction of writing.
 */
function readable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
