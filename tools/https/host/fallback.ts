import { isOn } from "../../../packages/https-account/src/index.ts";
import type { Finding } from "../../../packages/tls-check/src/index.ts";
import { FALLBACK_HEADER, readFallback } from "../../../shared/https-fallback.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import { insistsOnHttps, markerOf, withFallback, withoutFallback } from "../cdn/fallback.ts";
import { hstsOutside, redirectOutside } from "../cdn/outside.ts";
import { rememberedUntil } from "../cdn/remembered.ts";
import { checkHttps, checkSound } from "../cdn/switches.ts";
import { forceStep, unforceStep } from "../force.ts";
import type { Account } from "../lib/account.ts";
import { changeDomain, waitIfDeploying } from "../lib/change-domain.ts";
import { carryOut, type Step } from "../plan.ts";
import { forceStatus } from "../status.ts";
import type { HttpsWorld } from "../world.ts";
import { answersPlain } from "./answers-plain.ts";
import { type BucketPlace, type HostPlaces, openBucketNotes, placesOf } from "./places.ts";

/**
 * Lets a host answer plain HTTP for a while. On the CDN, one change switches the redirect and HSTS off, and adds a header
 * that records for how long and what was there before. If the bucket's policy would still refuse plain HTTP, its statement
 * is removed, but only after the header that records it is there.
 *
 * @param access undefined when the settings name no bucket
 * @param hours how long this is planned to last; cert-watch sends reminders until it is ended
 * @throws NotDone, DryRun, CloudError, BucketError, PolicyFormError
 */
export async function beginFallback(
  account: Account,
  access: BucketAccess | undefined,
  host: string,
  hours: number,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const places = await placesOf(account, access, host);
  const { domain, bucket } = places;
  const until = account.clock() + hours * 3_600_000;
  const marker = domain && markerOf(domain);
  const unforcing = bucket?.seesPlainHttp ? await unforceStep(bucket.access, world) : undefined;
  const earlier = marker && readFallback(marker.HeaderValue);
  // Somebody may have switched the redirect or HSTS on again since an earlier fallback.
  const isToWrite =
    marker === undefined || (earlier !== undefined && domain !== undefined && insistsOnHttps(domain));
  // If the header did not record the statement, it would not be restored at the end.
  const opening = isToWrite || earlier?.isForced === true ? unforcing : undefined;
  const steps: Step[] = [
    ...(domain !== undefined && isToWrite
      ? [
          {
            what: `Answer plain HTTP of ${host}: switch the redirect and HSTS off, as planned until ${minute(until)}.`,
            run: async () => {
              const isForced = opening !== undefined;
              await changeDomain(account, host, (now) => withFallback(now, until, isForced), world);
            },
          },
        ]
      : []),
    ...(opening === undefined ? [] : [opening]),
  ];
  if (steps.length > 0) {
    await carryOut(
      {
        steps,
        notes: [
          "Anyone on the way can then read and change what is sent. It does not end by itself; to end it: " +
            `npm run https -- fallback ${host} --end. ${reminder(host, places)}`,
          "A Mini Program never uses plain HTTP.",
          domain === undefined ? "" : rememberedUntil(domain, account.clock()),
          ...(opening === undefined ? [] : openBucketNotes(places)),
        ].filter(Boolean),
        question: `Let ${host} answer plain HTTP for a while?`,
      },
      consent,
      world,
    );
  } else {
    const since = marker === undefined ? "" : ` (${marker.HeaderValue})`;
    world.write(`${host} already answers plain HTTP${since}; nothing to do.\n`);
    await waitIfDeploying(account, host, domain, world);
  }
  return await answersPlain(account, host, places);
}

/**
 * Restores what {@link beginFallback} changed. The header that records it is removed last.
 *
 * @throws as {@link beginFallback} does
 */
export async function endFallback(
  account: Account,
  access: BucketAccess | undefined,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const places = await placesOf(account, access, host);
  return places.domain === undefined && places.bucket !== undefined
    ? await endOnBucket(account, places.bucket, host, consent, world)
    : await endOnCdn(account, places, host, consent, world);
}

async function endOnBucket(
  account: Account,
  { access }: BucketPlace,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const closing = await forceStep(access, world);
  if (closing === undefined) {
    world.write(`${access.bucket.bucket} refuses plain HTTP; nothing to do.\n`);
  } else {
    await checkSound(account, host);
    await carryOut({ steps: [closing], question: `End the fallback of ${host}?` }, consent, world);
  }
  return await forceStatus(access);
}

async function endOnCdn(
  account: Account,
  { domain, bucket }: HostPlaces,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  if (domain === undefined) return [];
  const marker = markerOf(domain);
  if (marker === undefined) {
    world.write(`${host} is not in fallback to plain HTTP; nothing to do.\n`);
    await waitIfDeploying(account, host, domain, world);
    return [await redirectOutside(account, host, isOn(domain.ForceRedirect))];
  }
  const before = readFallback(marker.HeaderValue);
  if (before === undefined) {
    throw new NotDone(
      `Nothing was changed: this command did not set the header ${FALLBACK_HEADER} of ${host}. Set the redirect and HSTS ` +
        "with `cdn redirect` and `cdn hsts`, and remove the header in the console.",
    );
  }
  if (before.isForced && bucket === undefined) {
    throw new NotDone(
      `Nothing was changed: the bucket behind ${host} refused plain HTTP before, and must do so again. Set COS_BUCKET and ` +
        "COS_REGION to that bucket.",
    );
  }
  await checkHttps(account, host, domain);
  const { redirect, hsts } = before;
  const closing = before.isForced && bucket !== undefined ? await forceStep(bucket.access, world) : undefined;
  await carryOut(
    {
      steps: [
        ...(closing === undefined ? [] : [closing]),
        {
          what: `Restore what ${host} had: ${redirect === 0 ? "no redirect" : `redirect to HTTPS (${redirect})`}, ${hsts === undefined ? "no HSTS" : `HSTS of ${hsts} s`}.`,
          run: async () => {
            await changeDomain(account, host, (now) => withoutFallback(now, before), world);
          },
        },
      ],
      question: `End the fallback of ${host}?`,
    },
    consent,
    world,
  );
  return [
    await redirectOutside(account, host, redirect !== 0),
    ...(hsts === undefined ? [] : [await hstsOutside(account, host, hsts)]),
    ...(before.isForced && bucket !== undefined ? await forceStatus(bucket.access) : []),
  ];
}

function reminder(host: string, { domain }: HostPlaces): string {
  return domain === undefined
    ? "Nothing reminds you of it: COS has no place for a note that is visible from outside."
    : `cert-watch reminds you daily if ${host} is in CERT_HOSTS.`;
}

/** `2026-11-27T18:00Z` */
function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
