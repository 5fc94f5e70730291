const LARGEST = 2n ** 64n - 1n;

/**
 * A new version's id: base64 of 2^64-1 minus the milliseconds since the Unix epoch, like those in COS's documentation,
 * such as `MTg0NDUxODMyMTE2ODY0OTExOTk` (436/35521). So newer ids sort first.
 *
 * @param isTaken whether the key has a version with this id, created in the same millisecond
 */
export function newVersionId(lastModified: number, isTaken: (versionId: string) => boolean): string {
  for (let number = LARGEST - BigInt(Math.floor(lastModified)); ; number -= 1n) {
    const versionId = Buffer.from(String(number)).toString("base64").replaceAll("=", "");
    if (!isTaken(versionId)) return versionId;
  }
}
