import type { Finding } from "../../../packages/tls-check/src/index.ts";
import { redirectOutside } from "../cdn/outside.ts";
import type { Account } from "../lib/account.ts";
import { bucketAnswersPlain } from "../status.ts";
import type { HostPlaces } from "./places.ts";

/** Checks from outside that plain HTTP is answered, by the host and by the bucket that decides about its requests. */
export async function answersPlain(
  account: Account,
  host: string,
  { bucket }: HostPlaces,
): Promise<Finding[]> {
  return [
    await redirectOutside(account, host, false),
    ...(bucket?.seesPlainHttp ? [await bucketAnswersPlain(bucket.access)] : []),
  ];
}
