export type { Condition, Policy, Statement } from "./cam/policy.ts";
export {
  type CommandLine,
  type CommandLineOptions,
  emulatorCommand,
  readArguments,
} from "./cli/command-line.ts";
export { exitCodeOf, explainStart, type Program, runEmulator } from "./cli/run.ts";
export { logLine } from "./cli/terminal-log.ts";
export { addresses, welcomeLine } from "./cli/welcome.ts";
export {
  ACCOUNT_IDS,
  type Account,
  type Bucket,
  EMULATED_BUCKET,
  type MiniProgram,
} from "./cloud/account.ts";
export { AccountFileError } from "./cloud/account-file.ts";
export type { SettableClock } from "./cloud/clock.ts";
export { FolderInUseError } from "./cloud/folder-lock.ts";
export { FolderError, NotOwnError } from "./cloud/own-files.ts";
export { RoleError, rolePolicy } from "./cloud/roles.ts";
export { PortError, type ServiceName } from "./cloud/service.ts";
export { writePrivately } from "./cloud/write-privately.ts";
export type { LifecycleOutcome } from "./cos/apply-lifecycle.ts";
export type { ObjectStore } from "./cos/store/object-store.ts";
export type { DnsRecords, Zone } from "./dns/zone.ts";
export {
  checkEmulator,
  DEFAULTS,
  type Emulator,
  type EmulatorOptions,
  type FunctionsOption,
  type Places,
  startEmulator,
} from "./emulator.ts";
export { FAULT_NAMES, type Faults, setFault } from "./faults/faults.ts";
export type { Handler } from "./guard/guard.ts";
export { isOwnPage } from "./guard/own-page.ts";
export type { HttpsPlaces } from "./https/start.ts";
export { KEPT_REQUESTS, type OtherRequest, type RecordedRequest } from "./requests/request-log.ts";
export { type CosTriggerDefinition, TriggerError } from "./scf/cos-trigger.ts";
export type { Mount } from "./scf/entry/entry.ts";
export type { EventShape } from "./scf/entry/http-answer.ts";
export { findBundles } from "./scf/runtime/bundles.ts";
export { checkUserEnvironment, EnvironmentError } from "./scf/runtime/environment.ts";
export type { FunctionRuntime } from "./scf/runtime/function-runtime.ts";
export type { FunctionDefinition } from "./scf/start.ts";
export type { CredentialStore } from "./sts/credential-store.ts";
export { openCertificateAuthority } from "./tls/certificate-authority.ts";
export { issueServerCertificate } from "./tls/server-certificate.ts";
export type { MediaCheck, Suggestion } from "./wechat/media-check.ts";
export { MessagePushError, type MessagePushSettings } from "./wechat/message-push.ts";
export type { WeChatConsole } from "./wechat/wechat.ts";
