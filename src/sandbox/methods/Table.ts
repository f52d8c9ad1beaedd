// Which names are methods (E9). `getUpdates` is not here: it waits, so the Emulator answers it itself.
import { sendMediaGroup } from "./Albums.ts"
import { setChatDescription, setChatTitle } from "./ChatSettings.ts"
import { editMessageCaption, editMessageMedia, editMessageReplyMarkup, editMessageText } from "./Editing.ts"
import { copyMessage, forwardMessage } from "./Forwarding.ts"
import * as Looking from "./Looking.ts"
import type { Method } from "./Method.ts"
import { pinChatMessage, unpinAllChatMessages, unpinChatMessage } from "./Pinning.ts"
import { setMessageReaction } from "./Reacting.ts"
import { deleteMessage, deleteMessages } from "./Removing.ts"
import { sendDocument, sendMessage, sendPhoto } from "./Sending.ts"
import * as Session from "./Session.ts"
import { deleteWebhook, getWebhookInfo, setWebhook } from "./WebhookSettings.ts"

const methods: Readonly<Record<string, Method>> = {
  sendMessage,
  sendPhoto,
  sendDocument,
  sendMediaGroup,
  editMessageText,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  deleteMessage,
  deleteMessages,
  forwardMessage,
  copyMessage,
  setMessageReaction,
  pinChatMessage,
  unpinChatMessage,
  unpinAllChatMessages,
  getMe: Looking.getMe,
  getChat: Looking.getChat,
  getChatMember: Looking.getChatMember,
  getChatAdministrators: Looking.getChatAdministrators,
  getUserPersonalChatMessages: Looking.getUserPersonalChatMessages,
  getFile: Looking.getFile,
  setChatTitle,
  setChatDescription,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  setMyCommands: Session.setMyCommands,
  getMyCommands: Session.getMyCommands,
  deleteMyCommands: Session.deleteMyCommands,
  answerCallbackQuery: Session.answerCallbackQuery,
  sendChatAction: Session.sendChatAction,
  logOut: Session.logOut,
  close: Session.close
}

const byLowerCase = new Map(Object.entries(methods).map(([name, method]) => [name.toLowerCase(), method]))

/** By name, in any case. */
export const methodNamed = (name: string): Method | undefined => byLowerCase.get(name.toLowerCase())
