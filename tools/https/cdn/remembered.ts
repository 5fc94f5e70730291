import { type CdnDomain, isOn } from "../../../packages/https-account/src/index.ts";

/**
 * How long browsers still remember HSTS after it is switched off, in a sentence; empty when HSTS is already off.
 *
 * @param now Unix time in milliseconds
 */
export function rememberedUntil({ Domain, Https }: CdnDomain, now: number): string {
  const hsts = Https?.Hsts;
  if (!isOn(hsts) || hsts === undefined || hsts === null || hsts.MaxAge === 0) return "";
  const until = new Date(now + hsts.MaxAge * 1000).toISOString().slice(0, 10);
  return (
    `Browsers that have seen the max-age of ${hsts.MaxAge} s refuse plain HTTP of ${Domain} until it has expired, the last ` +
    `of them on ${until}. You can change that only over HTTPS, with \`cdn hsts ${Domain} on --max-age 0\`.`
  );
}
