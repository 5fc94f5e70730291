const LARGEST = 2n ** 64n - 1n;

/**
 * A new version's id: base64 of 2^64-1 less the milliseconds since the Unix epoch, which is what those in COS's
 * documentation spell, such as `MTg0NDUxODMyMTE2ODY0OTExOTk` (436/35521); so that newer ones come first in order.
 *
 * @param isTaken whether the key has a version of this id, made in the same millisecond
 */
export function newVersionId(lastModified: number, isTaken: (versionId: string) => boolean): string {
  for (let number = LARGEST - BigInt(Math.floor(lastModified)); ; number -= 1n) {
    const versionId = Buffer.from(String(number)).toString("base64").replaceAll("=", "");
    if (!isTaken(versionId)) return versionId;
  }
}
