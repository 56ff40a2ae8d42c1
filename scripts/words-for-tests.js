import { at, node } from './places.js';
import { step } from './step.js';

/** Before the tests of the client: the words are made. In a process of its own, because the compiler lets none end. */
export const setup = () => step('Making the words', node, [at('scripts', 'words.js')]);
