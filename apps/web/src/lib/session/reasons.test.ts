import { expect, it } from 'vitest';

import { isExaminable, reasons, type Reason } from './reasons.ts';

it('offers an examination where the way between the browsers may be at fault, and nowhere else', () => {
  const offered = (Object.keys(reasons) as Reason[]).filter(isExaminable);
  expect(offered.sort()).toEqual(['could-not-connect', 'unreachable', 'unsupported']);
});
