import { type CdnDomain, isOn } from "../../../packages/https-account/src/index.ts";

/**
 * What browsers go on to do once HSTS is off, in a sentence with the day until when; empty when HSTS is off already.
 *
 * @param now Unix time in milliseconds
 */
export function rememberedUntil({ Domain, Https }: CdnDomain, now: number): string {
  const hsts = Https?.Hsts;
  if (!isOn(hsts) || hsts === undefined || hsts === null || hsts.MaxAge === 0) return "";
  const until = new Date(now + hsts.MaxAge * 1000).toISOString().slice(0, 10);
  return (
    `Browsers that have seen the max-age of ${hsts.MaxAge} s refuse plain HTTP of ${Domain} until it has run out, the last ` +
    `of them on ${until}: you can change that only over HTTPS, with \`cdn hsts ${Domain} on --max-age 0\`.`
  );
}
