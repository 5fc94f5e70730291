/** The one part of cos-nodejs-sdk-v5 that a signer needs; the package has no types for it. */
declare module "cos-nodejs-sdk-v5/sdk/util.js" {
  interface AuthOptions {
    readonly SecretId: string;
    readonly SecretKey: string;
    readonly Method: string;
    /** The object key, raw: it is signed decoded, and encoded only in the URL. */
    readonly Key: string;
    readonly Query?: Readonly<Record<string, string>>;
    readonly Headers: Readonly<Record<string, string>>;
    /** `start;end` in Unix seconds. */
    readonly KeyTime: string;
  }
  const util: { getAuth(options: AuthOptions): string };
  export default util;
}
