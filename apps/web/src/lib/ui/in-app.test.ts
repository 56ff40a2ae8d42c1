import { describe, expect, it } from 'vitest';

import { inAppBrowser, intentFor, isAndroid } from './in-app.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const WEB_VIEW =
  'Mozilla/5.0 (Linux; Android 14; SM-S911B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36';

describe('an app’s own browser', () => {
  it.each([
    [
      'Instagram',
      `${IPHONE} Mobile/21F90 Instagram 334.0.4.32.98 (iPhone15,2; iOS 17_5_1; en_US; en; scale=3.00; 1179x2556; 606060)`,
    ],
    [
      'Instagram',
      `${WEB_VIEW} Instagram 334.0.0.42.95 Android (34/14; 480dpi; 1080x2115; samsung; SM-S911B; dm1q; qcom; de_DE; 607)`,
    ],
    [
      'Facebook',
      `${IPHONE} Mobile/21F90 [FBAN/FBIOS;FBAV/466.0.0.44.105;FBBV/604044577;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5]`,
    ],
    ['Facebook', `${WEB_VIEW} [FB_IAB/FB4A;FBAV/467.0.0.49.85;]`],
    [
      'Messenger',
      `${IPHONE} Mobile/21F90 [FBAN/MessengerForiOS;FBAV/460.0.0.30.109;FBBV/603000000;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBCR/;FBID/phone;FBLC/en;FBOP/0]`,
    ],
    ['Messenger', `${WEB_VIEW} [FB_IAB/Orca-Android;FBAV/460.0.0.53.109;]`],
    ['Messenger', `${WEB_VIEW} [FB_IAB/MESSENGER;FBAV/460.0.0.53.109;]`],
    [
      'TikTok',
      `${IPHONE} Mobile/21F90 musical_ly_34.9.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US FalconTag/ BytedanceWebview/d8a21c6`,
    ],
    [
      'TikTok',
      `${WEB_VIEW} trill_350003 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/trill app_version/35.0.3 ByteLocale/en ByteFullLocale/en Region/ID AppId/1180 Spark/1.5.9.2 AppVersion/35.0.3 BytedanceWebview/d8a21c6`,
    ],
    ['LinkedIn', `${IPHONE} Mobile/15E148 [LinkedInApp]/9.29.8962`],
    ['LinkedIn', `${WEB_VIEW} [LinkedInApp]/4.1.950`],
    ['WeChat', `${IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x1800312b) NetType/WIFI Language/en`],
    [
      'WeChat',
      `${WEB_VIEW} XWEB/1160117 MMWEBSDK/20240404 MMWEBID/7220 MicroMessenger/8.0.49.2600(0x28003133) WeChat/arm64 Weixin NetType/WIFI Language/en ABI/arm64`,
    ],
    ['LINE', `${IPHONE} Mobile/15E148 Safari Line/14.9.1`],
    ['LINE', `${WEB_VIEW} Line/14.9.1/IAB`],
    ['Snapchat', `${IPHONE} Mobile/15E148 Snapchat/12.90.0.46 (iPhone15,2; iOS 17.5.1; gzip)`],
    ['Snapchat', `${WEB_VIEW} Snapchat/12.90.0.46 (SM-S911B; Android 14#S911BXXU3CXE3#34; gzip)`],
    ['unknown', WEB_VIEW],
  ])('is recognised: %s', (app, userAgent) => {
    expect(inAppBrowser(userAgent)).toBe(app);
  });

  it.each([
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36',
    `${IPHONE} CriOS/137.0.7151.51 Mobile/15E148 Safari/604.1`,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
    `${IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15`,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    '',
  ])('is not seen in %j', (userAgent) => {
    expect(inAppBrowser(userAgent)).toBe(null);
  });
});

it('knows Android', () => {
  expect(isAndroid(WEB_VIEW)).toBe(true);
  expect(isAndroid(IPHONE)).toBe(false);
});

it('asks Android for the whole link, its secret part included, and once', () => {
  expect(intentFor('https://chat.example.org:8443/j#AQIDBA-_')).toBe(
    'intent://chat.example.org:8443/j#AQIDBA-_#Intent;scheme=https;action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;end',
  );
  expect(intentFor('http://localhost:3000/j#AQ')).toContain('#AQ#Intent;scheme=http;');
});
