import { domainToASCII } from "node:url";
import type { Environment } from "../../../shared/config.ts";

/** What no setting has on purpose: what cannot be seen, and what only looks like a quotation mark, a letter or a comma. */
const STRANGE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u2010-\u2015\u2018-\u201f\u2212\u3000-\u3002\uff00-\uff5e]/gu;
const INVISIBLE = /[\p{C}\p{Z}]/u;

/**
 * The variables whose values have characters that their author can hardly see or did not mean, and what these are; never
 * the values themselves.
 */
export function strangeCharacters(env: Environment, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = env[name] ?? "";
    const found = [...new Set(value.match(STRANGE) ?? [])].slice(0, 3).map(described);
    const around = [
      ...(/^ /.test(value) ? ["a space at its beginning"] : []),
      ...(/ $/.test(value) ? ["a space at its end"] : []),
      ...(/^["'`]/.test(value) ? ["a quotation mark at its beginning"] : []),
      ...(/["'`]$/.test(value) ? ["a quotation mark at its end"] : []),
      ...(/,$/.test(value) ? ["a comma at its end"] : []),
      ...(/;$/.test(value) ? ["a semicolon at its end"] : []),
    ];
    return found.length + around.length === 0 ? [] : [`${name} has ${[...found, ...around].join(", ")}.`];
  });
}

/** The variables that hold hosts, alone or in addresses, and are read as they are. */
const HOSTS = ["COS_DOMAIN", "DOWNLOAD_DOMAIN", "CORS_ORIGINS"];

/**
 * Hosts whose names are written in other letters than ASCII's, and how they must be written
 * (https://datatracker.ietf.org/doc/html/rfc5890#section-2.3.2.1).
 */
export function namesInLetters(env: Environment): string[] {
  return HOSTS.flatMap((name) => {
    const hosts = (env[name] ?? "")
      .split(/[\s,;/\u3001\uff0c\uff1b]+/)
      .filter((host) => /[^\p{ASCII}]/u.test(host) && /^[\p{L}\p{N}.:-]+$/u.test(host));
    const ascii = hosts.flatMap((host) => domainToASCII(host.replace(/:\d+$/, "")) || []);
    return ascii.length === 0 ? [] : [`${name}: write ${ascii.join(", ")}.`];
  });
}

function described(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return INVISIBLE.test(character) ? `${number}, which is invisible` : `${character} (${number})`;
}
