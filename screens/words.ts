import { pathToFileURL } from 'node:url';

import { at } from '../scripts/places.js';
import { PARTS } from '../scripts/words.js';

/** The languages of the pictures: one from left to right, one from right to left. */
export type Language = 'en' | 'ar';

/** A sentence as the pages have it, by its key, with what is put into it. Throws if there is none of that name. */
export type Say = (key: string, inputs?: Readonly<Record<string, string | number>>) => string;

/** The words that scripts/words.js made for the build. */
export async function wordsOf(language: Language): Promise<Say> {
  const made = new Map<string, unknown>();
  for (const part of Object.keys(PARTS)) {
    const file = at('apps', 'web', '.svelte-kit', 'words', part, 'messages', `${language}.js`);
    const sentences = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    for (const [key, sentence] of Object.entries(sentences)) made.set(key, sentence);
  }
  return (key, inputs = {}) => {
    const sentence = made.get(key);
    if (typeof sentence !== 'function') throw new Error(`There are no words called ${key}.`);
    return String(Reflect.apply(sentence, undefined, [inputs]));
  };
}

/** What the two talk about. */
export interface Talk {
  readonly host: string;
  readonly guest: string;
  /** Of others who come. */
  readonly guests: readonly [string, string, string];
  /** What invites are for. */
  readonly labels: readonly [string, string, string];
  readonly welcome: string;
  /** The guest begins, and they take turns. */
  readonly short: readonly string[];
  /** Something to search for in it. */
  readonly found: string;
  readonly long: string;
  /** Something with a link in it. */
  readonly link: { readonly text: string; readonly url: string };
}

export const TALKS: Readonly<Record<Language, Talk>> = {
  en: {
    host: 'Harriet',
    guest: 'Mia',
    guests: ['Jonas', 'Farid', 'Dr. Okafor'],
    labels: ['Flat viewing, Friday', 'Bicycle', 'School trip'],
    welcome: 'Hello! Ask me anything about the flat.',
    short: [
      'Hi! The link worked right away, nothing to install 👋',
      'Lovely. Before we start: press Verify and read me the five pictures?',
      'They are the same as yours. So it is really just the two of us.',
      'Just us. The viewing is on Friday at six, third floor.',
      'Perfect. Is there a lift? My mother will come along.',
      'There is, and a bench by the door. I press End chat when we are done, and it is gone on both sides 🕯️',
    ],
    found: 'Friday',
    long: 'About the flat itself: two rooms, a kitchen with a window to the yard, and a small balcony where the sun comes in the evening. The floor is old pine and creaks a little near the stove. The neighbours below have a piano and play it well, never after nine. Heating is included, electricity is not; last year it was about forty a month. The cellar is dry. If you want to come earlier in the week, tell me, the keys are with the baker at the corner and he is there from six in the morning on.',
    link: { text: 'Here is the plan: https://homes.example/plans/third-floor', url: 'homes.example' },
  },
  ar: {
    host: 'هدى',
    guest: 'ميا',
    guests: ['يونس', 'فريد', 'د. أوكافور'],
    labels: ['معاينة الشقة، الجمعة', 'الدراجة', 'رحلة المدرسة'],
    welcome: 'مرحبًا! اسأليني عن أي شيء في الشقة.',
    short: [
      'مرحبًا! عمل الرابط فورًا ولم أحتج إلى تثبيت شيء 👋',
      'رائع. قبل أن نبدأ: هل تقرئين لي الصور الخمس؟',
      'إنها مثل صورك تمامًا. نحن اثنتان فقط إذن.',
      'نحن فقط. المعاينة يوم الجمعة الساعة السادسة في الطابق الثالث.',
      'ممتاز. هل يوجد مصعد؟ سترافقني أمي.',
      'نعم، وهناك مقعد بجانب الباب. عندما ننتهي أُنهي المحادثة فتختفي لدى الطرفين 🕯️',
    ],
    found: 'الجمعة',
    long: 'عن الشقة نفسها: غرفتان ومطبخ نافذته على الفناء وشرفة صغيرة تدخلها الشمس مساءً. الأرضية من خشب الصنوبر القديم وتصدر صريرًا خفيفًا قرب الموقد. لدى الجيران في الأسفل بيانو ويعزفون عليه جيدًا، ولا يعزفون بعد التاسعة أبدًا. التدفئة مشمولة والكهرباء غير مشمولة، وكانت في العام الماضي نحو أربعين في الشهر. القبو جاف. إن أردتِ المجيء في وقت أبكر من الأسبوع فأخبريني، فالمفاتيح عند الخباز في الزاوية وهو هناك منذ السادسة صباحًا.',
    link: { text: 'هذا هو المخطط: https://homes.example/plans/third-floor', url: 'homes.example' },
  },
};
