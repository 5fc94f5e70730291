/**
 * While a host answers plain HTTP for an emergency, every answer carries this header. It says what must be
 * restored afterwards, and reminds anyone who looks from outside.
 */
export const FALLBACK_HEADER = "x-https-fallback";

/** A fallback that lasts, and what it took away. */
export interface Fallback {
  /** Unix time in milliseconds: when it was to be over. */
  readonly until: number;
  /** The redirect's status; 0 when there was none. */
  readonly redirect: number;
  /** HSTS's max-age in seconds; undefined when it was off. */
  readonly hsts: number | undefined;
  readonly subDomains: boolean;
  /** Whether the bucket behind it refused plain HTTP. */
  readonly isForced: boolean;
}

const FORM =
  /^until=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ); redirect=(0|30[1278]); hsts=(off|\d{1,9}); subdomains=(on|off)(; bucket=forced)?$/;

export function fallbackHeader({ until, redirect, hsts, subDomains, isForced }: Fallback): string {
  const time = `${new Date(until).toISOString().slice(0, 19)}Z`;
  return `until=${time}; redirect=${redirect}; hsts=${hsts ?? "off"}; subdomains=${subDomains ? "on" : "off"}${isForced ? "; bucket=forced" : ""}`;
}

/** Undefined for a value that this did not write. */
export function readFallback(value: string): Fallback | undefined {
  const [, until = "", redirect, hsts, subDomains, forced] = FORM.exec(value) ?? [];
  const time = Date.parse(until);
  if (redirect === undefined || Number.isNaN(time)) return undefined;
  return {
    until: time,
    redirect: Number(redirect),
    hsts: hsts === "off" ? undefined : Number(hsts),
    subDomains: subDomains === "on",
    isForced: forced !== undefined,
  };
}
