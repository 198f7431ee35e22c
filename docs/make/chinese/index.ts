/** Chinese for the sentences that the reference takes from the code, by the English ones. A test holds it complete. */
import { fingerprintChinese } from './fingerprint.ts';
import { referenceChinese } from './reference.ts';
import { stagesChinese } from './stages.ts';

export const chinese: Readonly<Record<string, string>> = {
  ...referenceChinese,
  ...fingerprintChinese,
  ...stagesChinese,
};
