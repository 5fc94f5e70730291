/** `2020-12-10T03:37:30.000Z`, as in COS's listings: whole seconds, in the form with a fraction. */
export function listedTime(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
}

/** `2020-04-10T18:20:30Z`, as in the results of copies and in the ServerTime element. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -".000Z".length)}Z`;
}
