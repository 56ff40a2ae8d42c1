interface ImportMetaEnv {
  /** Origin of the server, when the build was told one; otherwise it is where the page came from. docs/deploy.md. */
  readonly SIGNAL_ORIGIN: string | undefined;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}

/** One emoji: its group, the sign, its name, words to find it by, the sign in five skin tones or nothing. scripts/emoji.js */
type EmojiRow = readonly [group: number, sign: string, name: string, words: string, ...tones: string[]];

declare module '*?emoji' {
  const rows: readonly EmojiRow[];
  export default rows;
}
