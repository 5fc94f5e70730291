/** Whether one of a certificate's names covers a host. A wildcard covers only the leftmost label. */
export function coversHost(names: readonly string[], host: string): boolean {
  return names.some((name) => (name.startsWith("*.") ? parentOf(host) === name.slice(2) : name === host));
}

/** Why none of these names covers the host. */
export function whyNotCovered(names: readonly string[], host: string): string {
  for (const name of names) {
    if (!name.startsWith("*.")) continue;
    const base = name.slice(2);
    if (host === base) return `${name} does not cover ${base} itself`;
    if (host.endsWith(`.${base}`))
      return `a wildcard covers one level only, so ${name} does not cover ${host}`;
  }
  return `it is for ${names.slice(0, 5).join(", ") || "no name"}${names.length > 5 ? ", …" : ""}`;
}

function parentOf(host: string): string {
  return host.slice(host.indexOf(".") + 1);
}
