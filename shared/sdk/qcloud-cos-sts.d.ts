import "qcloud-cos-sts";

declare module "qcloud-cos-sts" {
  interface GetRoleCredentialOptions {
    /** The session token of a temporary key: a parameter that the build adds (see tools/build.ts). */
    readonly token?: string;
  }
}
