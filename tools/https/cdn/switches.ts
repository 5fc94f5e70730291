import {
  type CdnDomain,
  type DomainChange,
  httpsWith,
  isOn,
} from "../../../packages/https-account/src/index.ts";
import type { Finding } from "../../../packages/tls-check/src/index.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import { type Account, domainOnCdn } from "../lib/account.ts";
import { changeDomain, waitIfDeploying } from "../lib/change-domain.ts";
import { faultsOutside } from "../lib/outside.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { gzipFinding, hstsOutside, http2Outside, redirectOutside } from "./outside.ts";
import { rememberedUntil } from "./remembered.ts";

/** A setting of a domain on the CDN that is on or off, with the words for messages. */
export interface DomainSwitch {
  readonly isSet: (domain: CdnDomain) => boolean;
  readonly change: (domain: CdnDomain) => DomainChange;
  /** `Redirect plain HTTP of img.example.com to HTTPS (301).` */
  readonly what: string;
  readonly notes: (domain: CdnDomain, now: number) => readonly string[];
  /** Whether clients cannot reach the host afterwards if its HTTPS does not work. */
  readonly needsHttps: boolean;
  /** Checks from outside afterwards. */
  readonly look: (account: Account) => Promise<Finding>;
}

/**
 * Sets a switch of a domain, waits until that is deployed, and checks from outside.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function setSwitch(
  account: Account,
  host: string,
  wanted: DomainSwitch,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const domain = await domainOnCdn(account, host);
  if (wanted.isSet(domain)) {
    world.write(`It is already set: ${wanted.what}\n`);
    await waitIfDeploying(account, host, domain, world);
    return [await wanted.look(account)];
  }
  if (wanted.needsHttps) await checkHttps(account, host, domain);
  await carryOut(
    {
      steps: [
        {
          what: wanted.what,
          run: async () => {
            await changeDomain(account, host, wanted.change, world);
          },
        },
      ],
      notes: wanted.notes(domain, account.clock()),
      question: `Change ${host}?`,
    },
    consent,
    world,
  );
  return [await wanted.look(account)];
}

/** Refuses to send clients to an HTTPS that does not work. @throws NotDone */
export async function checkHttps(account: Account, host: string, domain: CdnDomain): Promise<void> {
  if (!isOn(domain.Https)) {
    throw new NotDone(
      `Nothing was changed: HTTPS of ${host} is off on the CDN. First: npm run https -- cdn https ${host} --cert ID`,
    );
  }
  await checkSound(account, host);
}

/** @throws NotDone while the host's HTTPS does not work from outside */
export async function checkSound(account: Account, host: string): Promise<void> {
  const faults = await faultsOutside(account, host);
  if (faults.length > 0) {
    throw new NotDone(
      `Nothing was changed: HTTPS of ${host} does not work from outside, so clients sent there would see an error.\n` +
        faults.map((fault) => `  ${fault}`).join("\n"),
    );
  }
}

export function redirectSwitch(host: string, on: boolean, status: number): DomainSwitch {
  return {
    isSet: ({ ForceRedirect: now }) =>
      on
        ? isOn(now) && now?.RedirectType === "https" && now.RedirectStatusCode === status
        : !isOn(now) || now?.RedirectType !== "https",
    change: () => ({ ForceRedirect: redirectPart(on, status) }),
    what: on
      ? `Redirect plain HTTP of ${host} to HTTPS (${status}).`
      : `Answer plain HTTP of ${host} again instead of redirecting it.`,
    notes: () => (on ? [] : ["Browsers remember a 301, and still go to HTTPS until it leaves their caches."]),
    needsHttps: on,
    look: (account) => redirectOutside(account, host, on),
  };
}

export function redirectPart(on: boolean, status: number): object {
  return on
    ? { Switch: "on", RedirectType: "https", RedirectStatusCode: status }
    : { Switch: "off", RedirectType: "http", RedirectStatusCode: 302 };
}

export interface HstsWish {
  readonly on: boolean;
  /** Seconds. */
  readonly maxAge: number;
  readonly includeSubDomains: boolean;
}

export function hstsSwitch(host: string, wish: HstsWish): DomainSwitch {
  const { on, maxAge, includeSubDomains } = wish;
  const flag = includeSubDomains ? "on" : "off";
  return {
    isSet: ({ Https }) => {
      const now = Https?.Hsts;
      if (!on) return !isOn(now);
      return isOn(now) && now?.MaxAge === maxAge && (now.IncludeSubDomains === "on") === includeSubDomains;
    },
    change: (domain) => ({
      Https: httpsWith(domain, {
        Hsts: on
          ? { Switch: "on", MaxAge: maxAge, IncludeSubDomains: flag }
          : { Switch: "off", MaxAge: 0, IncludeSubDomains: "off" },
      }),
    }),
    what: on
      ? `Make browsers insist on HTTPS for ${host}: HSTS, max-age ${maxAge} s (${days(maxAge)}).`
      : `Switch HSTS of ${host} off.`,
    notes: (domain, now) => (on ? [ONE_WAY(maxAge, host)] : [rememberedUntil(domain, now)].filter(Boolean)),
    needsHttps: on,
    look: (account) => hstsOutside(account, host, on ? maxAge : undefined),
  };
}

const ONE_WAY = (maxAge: number, host: string) =>
  maxAge === 0
    ? `With max-age 0, browsers that visit over HTTPS forget it: set it some time before \`disable ${host}\`.`
    : `A browser that has seen it refuses plain HTTP, and a faulty certificate, for ${days(maxAge)}; that cannot be ` +
      `undone.${maxAge > FIRST_MAX_AGE ? ` If you are not sure, begin with a short one (--max-age ${FIRST_MAX_AGE}).` : ""}`;

/** A day, to try it out. */
const FIRST_MAX_AGE = 86_400;

function days(seconds: number): string {
  const whole = Math.floor(seconds / 86_400);
  return `${whole} day${whole === 1 ? "" : "s"}`;
}

export function http2Switch(host: string, on: boolean): DomainSwitch {
  return {
    isSet: ({ Https }) => (Https?.Http2 === "on") === on,
    change: (domain) => ({ Https: httpsWith(domain, { Http2: on ? "on" : "off" }) }),
    what: `Switch HTTP/2 of ${host} ${on ? "on" : "off"}.`,
    notes: () => [],
    needsHttps: on,
    look: (account) => http2Outside(account, host, on),
  };
}

/** What the CDN's own default rule compresses (DescribeDomainsConfig's sample), and SVG, which that leaves out. */
const COMPRESSED = ["js", "html", "css", "xml", "json", "shtml", "htm", "svg", "txt"];
const GZIP_RULE = {
  Compress: true,
  FileExtensions: COMPRESSED,
  MinLength: 256,
  MaxLength: 2_097_152,
  Algorithms: ["gzip"],
};

/** @param path the path of an object to check from outside; undefined for no check */
export function gzipSwitch(host: string, on: boolean, path: string | undefined): DomainSwitch {
  return {
    isSet: ({ Compression }) => isOn(Compression) === on,
    change: ({ Compression }) => {
      const rules = Compression?.CompressionRules ?? [];
      return {
        Compression: {
          Switch: on ? "on" : "off",
          CompressionRules: rules.length > 0 ? rules : [GZIP_RULE],
        },
      };
    },
    what: on
      ? `Have the CDN compress text of ${host} with gzip (${COMPRESSED.join(", ")}; 256 bytes to 2 MB), unless the domain has its own rules.`
      : `Stop the CDN from compressing anything for ${host}.`,
    notes: () => [],
    needsHttps: false,
    look: (account) => gzipFinding(account, host, on, path),
  };
}
