interface ImportMetaEnv {
  /** Origin of the server, when the build was told one; otherwise it is where the page came from. docs/deploy.md. */
  readonly SIGNAL_ORIGIN: string | undefined;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}
