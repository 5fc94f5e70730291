import type { Canceller, UploadError } from "cos-uploader";
import { createCanceller, createSession, createUploader, messageFor } from "cos-uploader";
import { ENDPOINT } from "../../config";
import type { Item } from "./item";
import { isUnderWay, newItem } from "./item";
import { systemLanguage, TEXT } from "./text";

const language = systemLanguage();
const text = TEXT[language];
const session = createSession(ENDPOINT);
const { upload } = createUploader({ endpoint: ENDPOINT, getToken: session.getToken });

/** By the items' ids; what is under way can be cancelled. */
const cancellers: Record<number, Canceller> = {};
let lastId = 0;

type TapOnItem = WechatMiniprogram.BaseEvent<Record<string, never>, { readonly id: number }>;

const data: { text: typeof text; items: Item[]; notice: string; isLoggedIn: boolean; hasFinished: boolean } =
  {
    text,
    items: [],
    /** What a person should know besides the files' own states; empty for nothing. */
    notice: "",
    isLoggedIn: false,
    hasFinished: false,
  };

Page({
  data,

  onLoad() {
    wx.setNavigationBarTitle({ title: text.title });
  },

  onUnload() {
    this.data.items.forEach(({ id }) => {
      this.stop(id);
    });
  },

  choosePhotos() {
    this.choose("image", 9);
  },

  chooseVideo() {
    this.choose("video", 1);
  },

  choose(mediaType: "image" | "video", count: number) {
    wx.chooseMedia({
      count,
      mediaType: [mediaType],
      success: ({ tempFiles }) => {
        const added = tempFiles.map((file) => {
          lastId += 1;
          return newItem(lastId, file, text);
        });
        this.setData({ items: added.concat(this.data.items), notice: "" });
        added.forEach(({ id }) => {
          this.start(id);
        });
      },
      fail: ({ errMsg }) => {
        if (/cancel/i.test(errMsg)) return;
        this.setData({ notice: chooseFailure(errMsg) });
      },
    });
  },

  start(id: number) {
    const item = this.itemOf(id);
    if (!item) return;
    const canceller = createCanceller();
    cancellers[id] = canceller;
    this.change(id, { state: "waiting", percent: 0, note: text.waiting });
    upload(item.filePath, {
      signal: canceller.signal,
      onProgress: ({ fraction }) => this.showProgress(id, Math.floor(fraction * 100)),
    }).then(
      ({ key }) => {
        this.change(id, { state: "done", percent: 100, note: text.done, key });
        this.setData({ hasFinished: true, isLoggedIn: session.getToken({ refresh: false }) !== "" });
        this.showStored(id);
      },
      (error: UploadError) => {
        const state = error.kind === "cancelled" ? "cancelled" : "failed";
        this.change(id, { state, note: messageFor(error, language) });
        this.setData({ hasFinished: true });
      },
    );
  },

  /** Each whole percent once: every setData crosses to the view's thread. */
  showProgress(id: number, percent: number) {
    const item = this.itemOf(id);
    if (!item || (item.state === "uploading" && item.percent === percent)) return;
    this.change(id, { state: "uploading", percent, note: `${text.uploading} ${percent}%` });
  },

  /** Shows what lies in storage in place of the phone's own picture. */
  showStored(id: number) {
    const item = this.itemOf(id);
    if (!item) return;
    session.viewUrl(item.key).then(
      (url) => {
        if (url === undefined) this.setData({ notice: text.noViewer });
        else this.change(id, item.isVideo ? { url } : { url, thumb: url, note: text.doneShown });
      },
      () => this.change(id, { note: text.viewFailed }),
    );
  },

  onThumbError({ currentTarget }: TapOnItem) {
    const item = this.itemOf(currentTarget.dataset.id);
    if (!item || item.thumb === item.localThumb) return;
    this.change(item.id, { thumb: item.localThumb, note: text.viewFailed });
  },

  onView({ currentTarget }: TapOnItem) {
    const item = this.itemOf(currentTarget.dataset.id);
    if (!item) return;
    const type = item.isVideo ? "video" : "image";
    wx.previewMedia({ sources: [{ url: item.url || item.filePath, type, poster: item.localThumb }] });
  },

  onCancel({ currentTarget }: TapOnItem) {
    this.stop(currentTarget.dataset.id);
  },

  onRetry({ currentTarget }: TapOnItem) {
    this.start(currentTarget.dataset.id);
  },

  onClear() {
    this.setData({ items: this.data.items.filter(isUnderWay), hasFinished: false, notice: "" });
  },

  onLogIn() {
    session.logIn().then(
      () => this.setData({ isLoggedIn: true, notice: "" }),
      (error: UploadError) => this.setData({ notice: loginFailure(error) }),
    );
  },

  stop(id: number) {
    const canceller = cancellers[id];
    if (canceller) canceller.cancel();
  },

  itemOf(id: number): Item | undefined {
    return this.data.items.filter((item) => item.id === id)[0];
  },

  change(id: number, changes: Partial<Item>) {
    const item = this.itemOf(id);
    if (!item) return;
    const index = this.data.items.indexOf(item);
    this.setData({ [`items[${index}]`]: Object.assign({}, item, changes) });
  },
});

/** Whoever could only be told "try again" in vain is told what is wrong. */
function loginFailure(error: UploadError): string {
  return error.retryable ? `${text.loginFailed} (${error.code})` : messageFor(error, language);
}

/** The codes of https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html */
function chooseFailure(errMsg: string): string {
  if (/privacy agreement/i.test(errMsg)) return text.privacyUndeclared;
  if (/privacy permission/i.test(errMsg)) return text.privacyRefused;
  return text.chooseFailed;
}
