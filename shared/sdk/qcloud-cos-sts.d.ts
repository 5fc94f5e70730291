import "qcloud-cos-sts";

/** What the build adds to the package's parameters (see tools/build/packages.ts). */
declare module "qcloud-cos-sts" {
  /** Sends what the package gives axios, and answers as axios does. */
  type Send = (options: object) => Promise<{ data: unknown }>;

  interface GetCredentialOptions {
    /** Called in the place of axios. */
    readonly send: Send;
  }

  interface GetRoleCredentialOptions {
    /** The session token of a temporary key. */
    readonly token: string;
  }
}
