/**
 * The checksums of every value that this repository has published, in any of its versions, where a secret belongs. Not
 * the values themselves: a search for them would find them here.
 */
const PUBLISHED: ReadonlySet<number> = new Set([
  // The emulator's, while they stood in its source.
  0x77cb0a28, 0x5985823d, 0xd54ddf9e, 0x03bfcaf9,
  // Examples of Tencent Cloud's documentation, which are the vectors of our tests.
  0x5dd77a59, 0x84f68d71, 0x3e653551, 0x4c606fc3, 0xb42cb13d, 0xce81ec9b, 0x4002c97f, 0x2ec339a3,
  // The tests' and the bench's, while they were constants.
  0x4210e224, 0x83961212, 0x86d04db5, 0xfa215425, 0x9f39c17e, 0x61a7810e, 0x6d031ecd,
]);

/** Whether everybody can read this secret in the project's source, its tests or its documentation. */
export function isPublished(secret: string): boolean {
  return PUBLISHED.has(checksum(secret));
}

/**
 * FNV-1a in 32 bits (https://datatracker.ietf.org/doc/draft-eastlake-fnv). It hides nothing, since there is
 * nothing to hide; of a billion random secrets it mistakes four for published ones, and a cold start need not
 * load a cryptographic hash for it.
 */
function checksum(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum >>> 0;
}
