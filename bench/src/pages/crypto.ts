/* Measures the cryptography inside the browser: the same code as in Node, called by the bench. */
import { measureCrypto, type CryptoFigures } from '../crypto.ts';

declare global {
  interface Window {
    measureCrypto: () => CryptoFigures;
  }
}

window.measureCrypto = measureCrypto;
